import Bus
import MarketHistory
import News

extension NewsItem {
    private static let urlBytesMax = 2000
    private static let titleBytesMax = 1000

    /// What a feed tells, as it is kept; `nil` for what has no address or title, by which nobody could tell it from others.
    ///
    /// - Parameters:
    ///   - item: of the feed.
    ///   - source: the feed's name.
    ///   - finder: finds the coins in it.
    ///   - now: stands for the time of an item that has none.
    init?(_ item: FeedItem, source: String, finder: MentionFinder, at now: Timestamp) {
        guard let url = item.link.flatMap({ CanonicalURL($0) })?.text, url.utf8.count <= NewsItem.urlBytesMax,
            !item.title.isEmpty
        else { return nil }
        let content = item.content.isEmpty ? item.summary : item.content
        self.init(
            url: url,
            title: NewsItem.shortened(item.title, bytesMax: NewsItem.titleBytesMax),
            content: content,
            source: source,
            publishedAt: item.time ?? now,
            symbols: finder.symbols(in: "\(item.title)\n\(item.summary.isEmpty ? content : item.summary)")
        )
    }

    /// What its mood is judged by: the title, and the beginning of what follows.
    var judgedText: String { "\(title)\n\(content.prefix(NewsItem.judgedCharactersMax))" }

    private static let judgedCharactersMax = 2000

    private static func shortened(_ text: String, bytesMax: Int) -> String {
        var text = text[...]
        while text.utf8.count > bytesMax { text = text.dropLast() }
        return String(text)
    }
}
