/// The three families of feeds.
package enum FeedFormat: String, Hashable, Sendable {
    /// RSS 2.0 and its predecessors with a root `rss`.
    case rss
    /// Atom 1.0 (RFC 4287).
    case atom
    /// RSS 1.0 and 0.9, which are RDF.
    case rdf
}

/// What a feed says, as far as it could be read.
package struct FeedReading: Hashable, Sendable {
    /// How reading came to its end.
    package enum End: Hashable, Sendable {
        case complete
        /// There are more items than are kept.
        case full
        /// What came after the last of these items could not be read.
        case cut(Cut)
    }

    /// Why a feed is not complete.
    package enum Cut: String, Hashable, Sendable {
        /// It stops in the middle.
        case endedEarly
        case malformed
        case tooDeep
        /// The connection broke, or took too long.
        case connectionLost
    }

    package let format: FeedFormat
    /// Its name, in plain text; may be empty.
    package let title: String
    /// The page that it belongs to.
    package let link: String?
    /// For how long it need not be asked again, where it says so: the `ttl` of RSS, up to a year.
    package let timeToLive: Duration?
    /// In the order of the feed.
    package let items: [FeedItem]
    package let end: End
    /// How its bytes were read.
    package let charset: FeedCharset
    /// Bytes that were wrong in that charset, or no text, and have something else in their place now.
    ///
    /// Some behind the end of the feed may count too.
    package let replacedBytes: Int
    /// Items that were left out because nothing stands in them.
    package let emptyItems: Int
}
