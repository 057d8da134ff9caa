package import Bus
package import Domain

/// A piece of news as a host may tell it: whose it is, when it came out, and its title, which is somebody's words.
package struct Headline: Sendable {
    package let id: UUIDv7
    /// The event that told it; `nil` for one from the store.
    package let header: EnvelopeHeader?
    package let title: String
    /// By the name that the settings give the feed.
    package let source: String
    package let publishedAt: Timestamp
    /// The coins that it speaks of, such as `BTC`.
    package let symbols: [String]

    package init(
        id: UUIDv7,
        header: EnvelopeHeader?,
        title: String,
        source: String,
        publishedAt: Timestamp,
        symbols: [String]
    ) {
        self.id = id
        self.header = header
        self.title = title
        self.source = source
        self.publishedAt = publishedAt
        self.symbols = symbols
    }

    package init(_ envelope: Envelope<NewsItemPublished>) {
        let item = envelope.payload
        self.init(
            id: item.id,
            header: envelope.header,
            title: item.title,
            source: item.source,
            publishedAt: item.publishedAt,
            symbols: item.symbols
        )
    }

    /// Longer titles are not read out.
    static let spokenMax = 200

    /// The title as a voice says it; `nil` for one that may not be said: it advises, is marked up, or is too long.
    ///
    /// Signs that a voice has words for are spoken, since titles are full of them.
    var spoken: String? {
        let text = SpeechText.plain(title)
        guard text.count <= Headline.spokenMax, SpeechValidator.violations(in: text, symbols: []).isEmpty else {
            return nil
        }
        return text
    }

    /// One line for a model.
    package func line(_ time: StationTime) -> String? {
        spoken.map { "\(SpeechText.provider(source)) wrote at \(time.clock(publishedAt)): \($0)" }
    }
}
