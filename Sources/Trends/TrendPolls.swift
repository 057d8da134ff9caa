package import Bus
package import LLM

/// When X is searched, and when not: every decision about polls, as a value.
///
/// One poll is up to three searches, one after the other; polls never overlap, however long one takes. Money for a search
/// is set aside before it begins and settled when it is over, so that a day never costs more than it may by more than
/// the last search has cost above what was set aside for it, whenever the program ends.
package struct TrendPolls: Sendable {
    package struct Settings: Hashable, Sendable {
        /// From the beginning of one poll to that of the next, at least.
        package var every: Duration = .seconds(45)
        /// Whether polls come as seldom as it takes for the money to last until the day is over.
        package var spreadsOverDay = false
        /// What the searches of a day in UTC may cost, in 1e-10 USD.
        package var dayMaxTicks: Int64 = 50_000_000_000
        /// What one search is taken to cost until that is known, in 1e-10 USD.
        package var searchTicks: Int64 = 2_500_000_000
        /// Why nobody can be asked, such as a key that is not set; `nil` when somebody can.
        package var unavailable: String?
        /// Why nothing is to be spent now, such as the emergency stop.
        package var pause: String?

        package init() {}
    }

    /// One moment on two clocks.
    package struct Moment: Hashable, Sendable {
        /// Measures waits.
        package let elapsed: Duration
        /// Tells the day and the ages.
        package let now: Timestamp

        package init(elapsed: Duration, now: Timestamp) {
            self.elapsed = elapsed
            self.now = now
        }
    }

    package enum Action: Hashable, Sendable {
        /// Nothing to do until then, unless something happens.
        case wait(until: Duration)
        /// Read what is written, and `begin`.
        case search
    }

    /// What came of a search.
    package enum Result: Hashable, Sendable {
        case answered(TrendReading, by: String)
        case failed(ModelFailure)
    }

    /// Something that is worth telling.
    package enum News: Hashable, Sendable {
        /// There is a new list.
        case updated(TrendList)
        /// A search has failed; another follows after the wait, or the poll is over.
        case failed(ModelFailure, attempt: Int, again: Duration?)
    }

    private enum Phase: Hashable, Sendable {
        case idle
        /// So many searches of the poll have failed; the next is made then.
        case between(poll: Poll, until: Duration)
        case searching(Search)
    }

    private struct Poll: Hashable, Sendable {
        let beganAt: Duration
        var attempts = 0
    }

    private struct Search: Hashable, Sendable {
        let poll: Poll
        let aside: Int64
        let day: String
    }

    /// How long is waited after the first and the second search that failed; a third ends the poll.
    static let waits: [Duration] = [.seconds(2), .seconds(4)]

    /// Longer than anybody waits.
    static let never: Duration = .seconds(1 << 40)

    package private(set) var record: TrendRecord
    /// Why the last poll has brought no list, and when; `nil` when it has.
    package private(set) var lastFailure: (reason: String, at: Timestamp)?
    private var phase = Phase.idle
    private var dueAt: Duration
    /// Somebody asks for a poll at once.
    private var isWanted = false
    private var hasToldOfCap = false
    /// What the last search has cost; `nil` before the first one of this life.
    private var lastCost: Int64?

    package init(at moment: Moment) {
        record = TrendRecord(at: moment.now)
        dueAt = moment.elapsed
    }

    /// Begins another life: nothing is under way, and what was written before is known again.
    ///
    /// A list that is young enough is not asked for again.
    package mutating func resume(_ stored: TrendRecord?, _ settings: Settings, at moment: Moment) {
        phase = .idle
        if let stored { record.merge(stored) }
        dueAt = moment.elapsed + rest(settings, at: moment)
    }

    /// How long the list is still young enough for no other to be asked for.
    private func rest(_ settings: Settings, at moment: Moment) -> Duration {
        record.list.map { max(.zero, pace(settings, at: moment) - $0.age(at: moment.now)) } ?? .zero
    }

    /// From the beginning of one poll to that of the next, as things are.
    private func pace(_ settings: Settings, at moment: Moment) -> Duration {
        guard settings.spreadsOverDay else { return settings.every }
        // Never as many as there would be money for if the last had been a bargain.
        let cost = max(lastCost ?? settings.searchTicks, settings.searchTicks / 10, 1)
        let left = (settings.dayMaxTicks - record.spent(at: moment.now)) / cost
        let rest = moment.now.duration(to: TrendRecord.nextDay(after: moment.now))
        return max(settings.every, rest / max(1, left))
    }

    // MARK: What is to be done

    package func next(_ settings: Settings, at moment: Moment) -> Action {
        let due: Duration
        switch phase {
        // Whatever follows comes with its end.
        case .searching: return .wait(until: TrendPolls.never)
        case .between(_, let until): due = until
        case .idle: due = isWanted ? moment.elapsed : dueAt
        }
        // What stands in the way may go at any time; whoever waits looks again now and then.
        if settings.unavailable != nil || settings.pause != nil { return .wait(until: TrendPolls.never) }
        if isCapped(settings, at: moment.now) {
            let rest = moment.now.duration(to: TrendRecord.nextDay(after: moment.now))
            return .wait(until: max(due, moment.elapsed + rest))
        }
        return due <= moment.elapsed ? .search : .wait(until: due)
    }

    /// Whether the money of the day would not do for one more search.
    package func isCapped(_ settings: Settings, at now: Timestamp) -> Bool {
        var spent = record.spent(at: now)
        // What is set aside for the one under way says nothing of what it costs.
        if case .searching(let search) = phase, search.day == TrendRecord.day(of: now) { spent -= search.aside }
        return spent + settings.searchTicks > settings.dayMaxTicks
    }

    /// Whether the cap is reached and nobody was told so yet on this day.
    package mutating func takeNewsOfCap(_ settings: Settings, at now: Timestamp) -> Bool {
        let isCapped = isCapped(settings, at: now)
        defer { hasToldOfCap = isCapped }
        return isCapped && !hasToldOfCap
    }

    // MARK: Searches

    /// Begins a search, unless what is written says that there is no need or no money.
    ///
    /// - Parameters:
    ///   - stored: what is written now, perhaps by another daemon of the station.
    ///   - settings: what holds now.
    ///   - moment: this moment.
    /// - Returns: what has to be written before the search is made; `nil` when none is to be made now.
    package mutating func begin(_ stored: TrendRecord?, _ settings: Settings, at moment: Moment) -> TrendRecord? {
        let known = record.list
        if let stored { record.merge(stored) }
        guard !isCapped(settings, at: moment.now) else { return nil }
        var poll = Poll(beganAt: moment.elapsed)
        if case .between(let under, _) = phase { poll = under }
        let rest = rest(settings, at: moment)
        // Somebody else has searched meanwhile.
        if record.list != known, rest > .zero, !isWanted {
            phase = .idle
            dueAt = moment.elapsed + rest
            return nil
        }
        isWanted = false
        record.setAside(settings.searchTicks, at: moment.now)
        phase = .searching(Search(poll: poll, aside: settings.searchTicks, day: record.day))
        return record
    }

    /// The search is over.
    ///
    /// - Parameters:
    ///   - result: what came of it.
    ///   - cost: what it has cost, in 1e-10 USD.
    ///   - settings: what holds now.
    ///   - moment: this moment.
    /// - Returns: what is to be told.
    package mutating func end(
        _ result: Result,
        cost: Int64,
        _ settings: Settings,
        at moment: Moment
    ) -> News? {
        guard case .searching(let search) = phase else { return nil }
        record.settle(search.aside, with: cost, of: search.day)
        if cost > 0 { lastCost = cost }
        switch result {
        case .answered(let reading, _) where reading.entries.isEmpty:
            let failure = ModelFailure(.badOutput, detail: "no entry is as it has to be")
            return fail(search.poll, failure, settings, at: moment)
        case .answered(let reading, let source):
            let list = TrendList(
                entries: reading.entries,
                source: source,
                asOf: moment.now,
                dropped: reading.droppedCount
            )
            record.list = list
            lastFailure = nil
            endPoll(search.poll, settings, at: moment)
            return .updated(list)
        case .failed(let failure): return fail(search.poll, failure, settings, at: moment)
        }
    }

    private mutating func fail(
        _ poll: Poll,
        _ failure: ModelFailure,
        _ settings: Settings,
        at moment: Moment
    ) -> News {
        var poll = poll
        poll.attempts += 1
        guard failure.mayRepeat, poll.attempts <= TrendPolls.waits.count else {
            lastFailure = (failure.description, moment.now)
            endPoll(poll, settings, at: moment)
            return .failed(failure, attempt: poll.attempts, again: nil)
        }
        let wait = TrendPolls.waits[poll.attempts - 1]
        phase = .between(poll: poll, until: moment.elapsed + wait)
        return .failed(failure, attempt: poll.attempts, again: wait)
    }

    private mutating func endPoll(_ poll: Poll, _ settings: Settings, at moment: Moment) {
        phase = .idle
        dueAt = max(poll.beganAt + pace(settings, at: moment), moment.elapsed)
    }

    /// The poll cannot be made now, for a reason that is not the provider's.
    package mutating func postpone(_ reason: String?, _ settings: Settings, at moment: Moment) {
        if let reason { lastFailure = (reason, moment.now) }
        if case .searching(let search) = phase { record.settle(search.aside, with: 0, of: search.day) }
        phase = .idle
        isWanted = false
        dueAt = moment.elapsed + settings.every
    }

    // MARK: What people ask

    /// What becomes of a wish for a poll at once.
    package enum Wish: Hashable, Sendable {
        case granted
        /// One is under way already.
        case underWay
        /// Why not, and when it is worth asking again, where that is known.
        case refused(String, until: Timestamp?)
    }

    package mutating func wish(_ settings: Settings, at moment: Moment) -> Wish {
        switch standing(settings, at: moment.now) {
        case .unavailable(let reason): return .refused(reason, until: nil)
        case .paused(let reason, let until): return .refused(reason, until: until)
        case .ready, .failing: break
        }
        guard phase == .idle, !isWanted else { return .underWay }
        isWanted = true
        return .granted
    }

    /// How it is with the polls.
    package enum Standing: Hashable, Sendable {
        case ready
        /// The last poll has brought no list.
        case failing(String, since: Timestamp)
        /// Nobody can be asked.
        case unavailable(String)
        /// Nothing is asked now; until then, where that is known.
        case paused(String, until: Timestamp?)
    }

    package func standing(_ settings: Settings, at now: Timestamp) -> Standing {
        if let reason = settings.unavailable { return .unavailable(reason) }
        if let reason = settings.pause { return .paused(reason, until: nil) }
        if isCapped(settings, at: now) {
            return .paused(
                "the money for searches of this day is spent (trends.usd_per_day_max)",
                until: TrendRecord.nextDay(after: now)
            )
        }
        return lastFailure.map { .failing($0.reason, since: $0.at) } ?? .ready
    }

    /// When X is searched next; `nil` while it is, and while nobody knows.
    package func nextAt(_ settings: Settings, at moment: Moment) -> Timestamp? {
        guard phase == .idle else { return nil }
        switch standing(settings, at: moment.now) {
        case .unavailable: return nil
        case .paused(_, let until): return until
        case .ready, .failing: return moment.now.advanced(by: max(.zero, dueAt - moment.elapsed))
        }
    }

    /// Whether a poll is under way.
    package var isPolling: Bool { phase != .idle }
}
