package import Bus

/// One item or entry of a feed, in plain text; whoever wrote it is a stranger.
package struct FeedItem: Hashable, Sendable {
    /// Its `guid` or `id` as written; `nil` when it has none, or an endless one.
    package var id: String?
    /// One line without markup; may be empty.
    package var title: String
    /// An absolute `http` or `https` address.
    package var link: String?
    /// A name, never a mail address.
    package var author: String?
    package var published: FeedDate
    package var updated: FeedDate
    /// What it is about, in plain text; may be empty.
    package var summary: String
    /// The whole text where the feed brings it, in plain text; may be empty.
    package var content: String
    package var categories: [String]
    /// Whether a text was longer than is kept.
    package var isShortened: Bool

    package init(
        id: String? = nil,
        title: String = "",
        link: String? = nil,
        author: String? = nil,
        published: FeedDate = .missing,
        updated: FeedDate = .missing,
        summary: String = "",
        content: String = "",
        categories: [String] = [],
        isShortened: Bool = false
    ) {
        self.id = id
        self.title = title
        self.link = link
        self.author = author
        self.published = published
        self.updated = updated
        self.summary = summary
        self.content = content
        self.categories = categories
        self.isShortened = isShortened
    }

    /// When it was published, else when it was changed; `nil` when that is not known.
    package var time: Timestamp? { published.time ?? updated.time }
}

/// A time that a feed tells, or why there is none.
package enum FeedDate: Hashable, Sendable {
    case at(Timestamp)
    case missing
    /// There is one, in a form that nobody can read.
    case unreadable
    /// Too far ahead of our clock to be true.
    case future(Timestamp)

    /// The time, if it can be believed.
    package var time: Timestamp? { if case .at(let time) = self { time } else { nil } }

    /// - Parameters:
    ///   - text: what stands in the feed.
    ///   - now: our clock.
    ///   - futureMax: how far ahead of it a time may be.
    package init(_ text: String, now: Timestamp, futureMax: Duration) {
        guard let time = DateText.time(text) else {
            self = .unreadable
            return
        }
        self = time > now.advanced(by: futureMax) ? .future(time) : .at(time)
    }
}
