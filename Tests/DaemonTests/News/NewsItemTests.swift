import Bus
import MarketHistory
import News
import Testing

@testable import Daemon

/// What of a feed's item is kept.
struct NewsItemTests {
    private let now = Timestamp(seconds: 1_790_000_000)

    private func kept(_ item: FeedItem) -> NewsItem? {
        NewsItem(item, source: "example", finder: MentionFinder(), at: now)
    }

    @Test func `an item has one address, its coins, and the time of now where it has none`() throws {
        let item = FeedItem(
            title: "Bitcoin and Solana rise",
            link: "HTTPS://News.Example:443/a/?utm_source=x&id=1#top",
            summary: "So does $ETH."
        )
        let piece = try #require(kept(item))
        #expect(piece.url == "https://news.example/a?id=1")
        #expect(piece.symbols == ["BTC", "SOL", "ETH"])
        #expect(piece.publishedAt == now && piece.source == "example" && piece.content == "So does $ETH.")
        #expect(piece.judgedText == "Bitcoin and Solana rise\nSo does $ETH.")
    }

    @Test func `without an address or a title there is nothing to keep`() {
        #expect(kept(FeedItem(title: "T", link: nil)) == nil)
        #expect(kept(FeedItem(title: "", link: "https://a.example/")) == nil)
        #expect(kept(FeedItem(title: "T", link: "javascript:alert(1)")) == nil)
        let long = "https://a.example/" + String(repeating: "a", count: 2000)
        #expect(kept(FeedItem(title: "T", link: long)) == nil)
    }

    @Test func `a long title is cut between characters`() throws {
        let piece = try #require(kept(FeedItem(title: String(repeating: "漢", count: 500), link: "https://a.example/")))
        #expect(piece.title == String(repeating: "漢", count: 333))
    }
}
