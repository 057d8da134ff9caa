package import Bus

/// The feeds that are followed, and how it is with each: what survives a restart.
package struct FeedBook: Codable, Hashable, Sendable {
    /// A feed as the settings name it.
    package struct Feed: Hashable, Sendable {
        package let name: String
        package let url: String

        package init(name: String, url: String) {
            self.name = name
            self.url = url
        }
    }

    /// What its last answer with something new has brought.
    package struct Harvest: Codable, Hashable, Sendable {
        /// Items that stood in it.
        package let items: Int
        /// Of those, the ones that nobody had told before.
        package let new: Int
        /// Those that cannot be kept: without an address or a title.
        package let left: Int

        package init(items: Int, new: Int, left: Int) {
            self.items = items
            self.new = new
            self.left = left
        }
    }

    package struct Entry: Codable, Hashable, Sendable {
        package let url: String
        package fileprivate(set) var poll: FeedPoll
        package fileprivate(set) var harvest: Harvest?
    }

    /// A feed that is to be asked now, and what to send along.
    package struct Question: Hashable, Sendable {
        package let feed: Feed
        package let validators: FeedValidators
    }

    /// By the feed's name.
    package private(set) var entries: [String: Entry] = [:]

    package init() {}

    /// Follows these feeds and no others; one with another address begins anew.
    ///
    /// - Parameters:
    ///   - feeds: no name twice.
    ///   - spread: new ones are first asked at some moment within it.
    ///   - now: this moment.
    ///   - random: where chance comes from.
    package mutating func follow(
        _ feeds: [Feed],
        spread: Duration = .zero,
        at now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) {
        var followed: [String: Entry] = [:]
        for feed in feeds {
            if let entry = entries[feed.name], entry.url == feed.url {
                followed[feed.name] = entry
            } else {
                followed[feed.name] = Entry(url: feed.url, poll: FeedPoll(at: now, spread: spread, using: &random))
            }
        }
        entries = followed
    }

    /// Takes over what another daemon of the station has written of the same feeds: whatever is due later was asked last.
    package mutating func merge(_ other: FeedBook) {
        for (name, theirs) in other.entries {
            guard let ours = entries[name], ours.url == theirs.url, theirs.poll.dueAt > ours.poll.dueAt else {
                continue
            }
            entries[name] = theirs
        }
    }

    /// Whether somebody asks a feed now, or has ended while asking it.
    package var isAsking: Bool { entries.values.contains { $0.poll.askedAt != nil } }

    /// The feeds that are due, in the order of their names.
    package func questions(_ policy: FeedPoll.Policy, at now: Timestamp) -> [Question] {
        entries.sorted { $0.key < $1.key }.compactMap { name, entry in
            guard case .fetch(let validators) = entry.poll.next(policy, at: now) else { return nil }
            return Question(feed: Feed(name: name, url: entry.url), validators: validators)
        }
    }

    /// When the next one is due; `nil` without feeds.
    package func nextAt(_ policy: FeedPoll.Policy, at now: Timestamp) -> Timestamp? {
        entries.values.map { entry in
            if case .wait(let until) = entry.poll.next(policy, at: now) { until } else { now }
        }.min()
    }

    /// These are about to be asked; keep the book after that, and before the first question.
    package mutating func begin(_ questions: [Question], _ policy: FeedPoll.Policy, at now: Timestamp) {
        for question in questions { entries[question.feed.name]?.poll.begin(policy, at: now) }
    }

    /// A question has its answer, and what stood in it is stored.
    ///
    /// - Parameters:
    ///   - question: which one.
    ///   - result: what came of it.
    ///   - harvest: what it has brought, where it has brought anything.
    ///   - policy: what holds now.
    ///   - now: this moment.
    ///   - random: where chance comes from.
    /// - Returns: what is worth telling.
    package mutating func end(
        _ question: Question,
        _ result: Result<FeedAnswer, NewsError>,
        harvest: Harvest?,
        _ policy: FeedPoll.Policy,
        at now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> [FeedPoll.Action] {
        // Taken out of the settings meanwhile.
        guard var entry = entries[question.feed.name], entry.url == question.feed.url else { return [] }
        let actions = entry.poll.end(result, policy, at: now, using: &random)
        if let harvest { entry.harvest = harvest }
        entries[question.feed.name] = entry
        return actions
    }

    /// Somebody wants all of them asked at once.
    package mutating func hurry(at now: Timestamp) {
        for name in entries.keys { entries[name]?.poll.hurry(at: now) }
    }
}
