package import Bus
package import Domain

/// The mood of the market as it is known: the index of a provider, and what the news come to.
///
/// When either is looked at anew, what is worth telling and what is too old for that: every decision, as a value.
package struct MoodBoard: Sendable {
    package struct Settings: Hashable, Sendable {
        /// From one reading to the next.
        package var every: Duration = .seconds(3600)
        /// How much longer the last index may be told, as stale.
        package var staleMax: Duration = .seconds(3600)
        /// How long is waited after nobody has told the index.
        package var retry: Duration = .seconds(300)
        /// Why nobody can be asked for the index; `nil` when somebody can.
        package var unavailable: String?

        package init() {}
    }

    /// The index, and when it was told.
    package struct Index: Codable, Hashable, Sendable {
        package let reading: SentimentIndexChanged.FearGreed
        package let toldAt: Timestamp

        package init(_ reading: SentimentIndexChanged.FearGreed, toldAt: Timestamp) {
            self.reading = reading
            self.toldAt = toldAt
        }
    }

    /// What the news come to, and when that was reckoned.
    package struct News: Hashable, Sendable {
        /// `nil` when there are none.
        package let mood: SentimentIndexChanged.NewsMood?
        package let at: Timestamp
    }

    package private(set) var index: Index?
    package private(set) var news: News?
    /// Why nobody has told the index when it was asked for last; `nil` when somebody has.
    package private(set) var lastFailure: String?
    private var indexDueAt: Timestamp
    private var newsDueAt: Timestamp
    private var told: (index: SentimentIndexChanged.FearGreed?, news: SentimentIndexChanged.NewsMood?)?

    package init(at now: Timestamp) {
        indexDueAt = now
        newsDueAt = now
    }

    /// Knows again what an earlier life has written; an index that is young enough is not asked for again.
    package mutating func resume(_ stored: Index?, _ settings: Settings, at now: Timestamp) {
        // A clock that was set back makes nothing young.
        guard let stored, stored.toldAt <= now, index == nil else { return }
        index = stored
        indexDueAt = stored.toldAt.advanced(by: settings.every)
    }

    // MARK: What is to be done

    package func isIndexDue(_ settings: Settings, at now: Timestamp) -> Bool {
        settings.unavailable == nil && isDue(indexDueAt, settings, now)
    }

    package func isNewsDue(_ settings: Settings, at now: Timestamp) -> Bool { isDue(newsDueAt, settings, now) }

    /// Nobody sets so long a wait: the clock was set back.
    private func isDue(_ due: Timestamp, _ settings: Settings, _ now: Timestamp) -> Bool {
        due <= now || now.duration(to: due) > settings.every
    }

    // MARK: What came of it

    package mutating func answered(_ reading: SentimentIndexChanged.FearGreed, _ settings: Settings, at now: Timestamp)
    {
        index = Index(reading, toldAt: now)
        lastFailure = nil
        indexDueAt = now.advanced(by: settings.every)
    }

    /// - Returns: whether that is news: it did not fail the last time.
    package mutating func failed(_ reason: String, _ settings: Settings, at now: Timestamp) -> Bool {
        defer { lastFailure = reason }
        indexDueAt = now.advanced(by: min(settings.retry, settings.every))
        return lastFailure == nil
    }

    /// - Parameters:
    ///   - count: how many news there are.
    ///   - sum: of their scores.
    ///   - hours: the time that they are of.
    ///   - settings: what holds now.
    ///   - now: this moment.
    package mutating func reckoned(
        count: Int,
        sum: Double,
        hours: Int,
        _ settings: Settings,
        at now: Timestamp
    ) {
        newsDueAt = now.advanced(by: settings.every)
        // Two digits: what is behind them says nothing of a mood.
        let mean = count == 0 ? 0 : max(-1, min(1, (sum / Double(count) * 100).rounded() / 100))
        let mood = SentimentLevel(score: mean).flatMap { level in
            count == 0 ? nil : SentimentIndexChanged.NewsMood(score: mean, level: level, count: count, hours: hours)
        }
        news = News(mood: mood, at: now)
    }

    // MARK: What is told

    /// What has changed since it was told last; `nil` when nothing has, or nothing is known yet.
    package mutating func takeNews(_ settings: Settings, at now: Timestamp) -> SentimentIndexChanged? {
        let state = (index: current(settings, at: now)?.reading, news: news?.mood)
        if let told, told.index == state.index, told.news == state.news { return nil }
        guard told != nil || state.index != nil || state.news != nil else { return nil }
        told = state
        return SentimentIndexChanged(index: state.index, news: state.news, at: now)
    }

    /// The index, unless it is too old to be told.
    package func current(_ settings: Settings, at now: Timestamp) -> Index? {
        index.flatMap { $0.toldAt.duration(to: now) <= settings.every + settings.staleMax ? $0 : nil }
    }

    /// Whether something is older than it should be.
    package func isStale(_ toldAt: Timestamp, _ settings: Settings, at now: Timestamp) -> Bool {
        toldAt.duration(to: now) > settings.every + MoodBoard.grace
    }

    /// How long asking may take.
    private static let grace: Duration = .seconds(60)
}
