import Domain

/// 128 bits of a hash that stand for a text; the same on every machine and after every restart.
package struct NewsKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Half of the SHA-256 of a text.
    package init(hashing text: String) {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        let words = hash.words()
        high = UInt64(words[0]) << 32 | UInt64(words[1])
        low = UInt64(words[2]) << 32 | UInt64(words[3])
    }
}

extension NewsKey: CustomStringConvertible {
    /// 32 hexadecimal digits.
    package var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension NewsKey {
    /// The first key of an item: of its page, else of its id within the feed.
    ///
    /// `nil` when it has neither; its title is all that tells it then.
    ///
    /// - Parameters:
    ///   - item: the item.
    ///   - feed: the address of its feed, because ids mean something there only.
    package init?(_ item: FeedItem, feed: String) {
        if let url = item.link.flatMap({ CanonicalURL($0) }) {
            self.init(hashing: "url \(url)")
        } else if let id = item.id {
            self.init(hashing: "id \(feed) \(id)")
        } else {
            return nil
        }
    }
}
