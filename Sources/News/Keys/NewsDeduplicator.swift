package import Bus

/// Tells whether a piece of news was seen before: by its page, or by its title from whatever source within two days.
///
/// A value with bounded memory. Feeds that go on bringing an item keep it from being forgotten.
package struct NewsDeduplicator: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Pages that are remembered.
        package var pagesMax = 20_000
        /// Titles that are remembered.
        package var titlesMax = 20_000
        /// How far apart two pieces with one title are to be two.
        package var titleWindow: Duration = .seconds(48 * 3_600)

        package init() {}
    }

    package enum Verdict: Hashable, Sendable {
        case new
        /// Its page, or its id in its feed, was seen before.
        case samePage
        /// Another page with the same title was seen, not long before or after.
        case sameTitle
    }

    /// Times of one title that are told apart.
    private static let timesMax = 4

    private let settings: Settings
    private var pages: RecentTable<Void>
    private var titles: RecentTable<[Timestamp]>

    package init(settings: Settings = Settings()) {
        self.settings = settings
        pages = RecentTable(capacity: settings.pagesMax)
        titles = RecentTable(capacity: settings.titlesMax)
    }

    /// How many keys are held.
    package var count: Int { pages.count + titles.count }

    /// Decides about an item and remembers it.
    ///
    /// - Parameters:
    ///   - item: of any feed.
    ///   - feed: the address of its feed.
    ///   - now: stands for the time of an item that has none.
    /// - Returns: what is known of it. An item without page, id and a title that tells something is always new.
    package mutating func admit(_ item: FeedItem, feed: String, at now: Timestamp) -> Verdict {
        admit(NewsKey(item, feed: feed), title: TitleKey.key(item.title), time: item.time ?? now)
    }

    /// Decides by the keys, which is also how a program that begins anew is told what it knew.
    ///
    /// - Parameters:
    ///   - page: the first key.
    ///   - title: the second key.
    ///   - time: when it was published.
    /// - Returns: what is known of it.
    @discardableResult
    package mutating func admit(_ page: NewsKey?, title: NewsKey?, time: Timestamp) -> Verdict {
        if let page {
            guard pages.touch(page) == nil else {
                // Its title stays known as long as it does.
                if let title { _ = titles.touch(title) }
                return .samePage
            }
            pages.set((), for: page)
        }
        guard let title else { return .new }
        let times = titles.touch(title) ?? []
        let isKnown = times.contains { abs($0.nanoseconds.subtractingSaturated(time.nanoseconds)) <= window }
        guard !isKnown else { return .sameTitle }
        titles.set(times.suffix(NewsDeduplicator.timesMax - 1) + [time], for: title)
        return .new
    }

    /// In nanoseconds.
    private var window: Int64 { Int64(settings.titleWindow / .nanoseconds(1)) }
}

extension Int64 {
    /// The difference, or the number nearest to it.
    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow || difference == .min ? (self < other ? -Int64.max : Int64.max) : difference
    }
}
