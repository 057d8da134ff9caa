import Bus
import Store
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    private static let noon = Sample.time("2026-09-21T12:00:00Z")

    private static func piece(_ number: Int, at time: Timestamp = noon) -> NewsItem {
        NewsItem(
            url: "https://example.org/news/\(number)",
            title: "Piece \(number)",
            content: "What happened, \"as told\" in line 1\nand — 2",
            source: "example",
            publishedAt: time
        )
    }

    private static let good = NewsSentiment(score: 0.25, label: "positive", method: "keyword")

    /// Why a piece is not taken.
    private static func refusal(
        _ bench: HistoryBench,
        url: String = "u",
        title: String = "t",
        content: String = ""
    ) async -> HistoryError? {
        let item = NewsItem(url: url, title: title, content: content, source: "x", publishedAt: noon)
        do throws(HistoryError) {
            _ = try await bench.news.insert(item)
            return nil
        } catch {
            return error
        }
    }

    static let news: [Check] = [
        Check(name: "a piece of news is kept once for its address") { bench in
            let id = try #require(try await bench.news.insert(piece(1)))
            let other = NewsItem(
                url: piece(1).url,
                title: "Another title",
                content: "",
                source: "other",
                publishedAt: noon
            )
            #expect(try await bench.news.insert(piece(1)) == nil)
            #expect(try await bench.news.insert(other) == nil)
            let stored = StoredNews(id: id, item: piece(1), storedAt: bench.time.now, sentiment: nil)
            #expect(try await bench.news.item(id) == stored)
            #expect(try await bench.news.item(url: piece(1).url) == stored)
            #expect(try await bench.news.item(url: "https://example.org/") == nil)
            #expect(try await bench.news.insert(piece(2)) != nil)
            #expect(try await bench.count("news_item") == 2)
        },
        Check(name: "many who tell the same piece at once store it once") { bench in
            let new = try await withThrowingTaskGroup(of: UUIDv7?.self) { group in
                // Each is a feed of its own.
                for _ in 0..<20 { group.addTask { try await bench.news.insert(piece(1)) } }
                return try await group.reduce(into: [UUIDv7]()) { if let id = $1 { $0.append(id) } }
            }
            #expect(new.count == 1)
            #expect(try await bench.news.item(url: piece(1).url)?.id == new.first)
        },
        Check(name: "pages go on behind the last piece, also among those of one moment") { bench in
            for number in 0..<5 { _ = try await bench.news.insert(piece(number)) }
            _ = try await bench.news.insert(piece(5, at: noon.advanced(by: .seconds(1))))
            _ = try await bench.news.insert(piece(6, at: noon.advanced(by: .seconds(-1))))
            var titles: [String] = []
            var sizes: [Int] = []
            var place: NewsPlace?
            repeat {
                let page = try await bench.news.page(after: place, limit: 2)
                titles += page.items.map(\.item.title)
                sizes.append(page.items.count)
                place = page.next
                // What comes in meanwhile in front of the place moves nothing.
                _ = try await bench.news.insert(piece(100 + sizes.count, at: noon.advanced(by: .seconds(60))))
            } while place != nil
            #expect(titles == [5, 4, 3, 2, 1, 0, 6].map { "Piece \($0)" })
            #expect(sizes == [2, 2, 2, 1])
            for limit in [0, 1001] {
                await #expect(throws: HistoryError.self) { try await bench.news.page(limit: limit) }
            }
        },
        Check(name: "a piece comes with its mood and its coins, and is found by its coin and its feed") { bench in
            func piece(_ number: Int, _ source: String, _ symbols: [String]) -> NewsItem {
                NewsItem(
                    url: "https://example.org/\(number)",
                    title: "Piece \(number)",
                    content: "",
                    source: source,
                    publishedAt: noon.advanced(by: .seconds(number)),
                    symbols: symbols
                )
            }
            let id = try #require(try await bench.news.insert(piece(1, "one", ["BTC", "ETH"]), sentiment: good))
            #expect(try await bench.news.item(id)?.sentiment == good)
            #expect(try await bench.news.item(id)?.item.symbols == ["BTC", "ETH"])
            // Whoever tells it again changes nothing, mentions included.
            #expect(try await bench.news.insert(piece(1, "two", ["SOL"])) == nil)
            for (number, source, symbols) in [(2, "two", ["BTC"]), (3, "one", []), (4, "one", ["ETH", "BTC"])] {
                #expect(try await bench.news.insert(piece(number, source, symbols)) != nil)
            }
            func titles(_ filter: NewsFilter) async throws -> [String] {
                var (titles, place): ([String], NewsPlace?) = ([], nil)
                repeat {
                    let page = try await bench.news.page(filter, after: place, limit: 1)
                    titles += page.items.map(\.item.title)
                    place = page.next
                } while place != nil
                return titles
            }
            #expect(try await titles(NewsFilter(symbol: "BTC")) == ["Piece 4", "Piece 2", "Piece 1"])
            #expect(try await titles(NewsFilter(source: "one")) == ["Piece 4", "Piece 3", "Piece 1"])
            #expect(try await titles(NewsFilter(symbol: "ETH", source: "one")) == ["Piece 4", "Piece 1"])
            #expect(try await titles(NewsFilter(symbol: "ETH", source: "two")) == [])
            #expect(try await titles(NewsFilter(symbol: "SOL")) == [])
            for symbols in [["btc"], ["BTC", "BTC"], [""], ["A B"], (0...20).map { "C\($0)" }] {
                await #expect(throws: HistoryError.self, "\(symbols)") {
                    try await bench.news.insert(piece(9, "one", symbols))
                }
            }
        },
        Check(name: "the mood of a time is what its scores come to") { bench in
            let scores = [
                (0, 0.5, "positive"), (1, 0.25, "positive"), (2, -0.75, "very_negative"), (9, 1.0, "positive"),
            ]
            for (minute, score, label) in scores {
                let item = piece(minute, at: noon.advanced(by: .seconds(60 * minute)))
                let mood = NewsSentiment(score: score, label: label, method: "linear")
                #expect(try await bench.news.insert(item, sentiment: mood) != nil)
            }
            #expect(try await bench.news.insert(piece(3)) != nil)
            let shares = try await bench.news.mood(in: noon...noon.advanced(by: .seconds(120)))
            #expect(
                shares.sorted { $0.label < $1.label } == [
                    NewsMoodShare(label: "positive", count: 2, sum: 0.75),
                    NewsMoodShare(label: "very_negative", count: 1, sum: -0.75),
                ]
            )
            #expect(
                try await bench.news.mood(in: noon.advanced(by: .seconds(3600))...noon.advanced(by: .seconds(7200)))
                    == []
            )
        },
        Check(name: "a piece is scored once") { bench in
            let first = try #require(try await bench.news.insert(piece(1)))
            let second = try #require(try await bench.news.insert(piece(2)))
            let unscored = try await bench.news.unscored(limit: 10)
            #expect(unscored.items.map(\.id) == [second, first] && unscored.next == nil)
            #expect(try await bench.news.score(first, as: good))
            let other = NewsSentiment(score: -1, label: "very_negative", method: "model")
            #expect(try await !bench.news.score(first, as: other))
            #expect(try await bench.news.item(first)?.sentiment == good)
            #expect(try await bench.news.unscored(limit: 10).items.map(\.id) == [second])
            #expect(try await bench.news.score(second, as: other))
            #expect(try await bench.news.item(second)?.sentiment == other)
            #expect(try await bench.news.unscored(limit: 10).items.isEmpty)
            #expect(try await !bench.news.score(UUIDv7(high: 1, low: 1), as: good))
        },
        Check(name: "what makes no sense is told by its name") { bench in
            let id = try #require(try await bench.news.insert(piece(1)))
            for score in [1.000001, -1.5, .nan, .infinity] {
                await #expect(throws: HistoryError.self) {
                    try await bench.news.score(id, as: NewsSentiment(score: score, label: "x", method: "x"))
                }
            }
            await #expect(throws: HistoryError.badInput(field: "method", problem: "has 0 bytes, not 1 to 200")) {
                try await bench.news.score(id, as: NewsSentiment(score: 0, label: "x", method: ""))
            }
            #expect(try await bench.news.item(id)?.sentiment == nil)
            #expect(await refusal(bench, title: "a\0b") == .badInput(field: "title", problem: "has a NUL"))
            #expect(
                await refusal(bench, url: String(repeating: "u", count: 2001))
                    == .badInput(field: "url", problem: "has 2001 bytes, not 1 to 2000")
            )
            #expect(
                await refusal(bench, content: String(repeating: "c", count: 200_001))
                    == .badInput(field: "content", problem: "has 200001 bytes, not 0 to 200000")
            )
            // As long as it may be.
            let long = NewsItem(
                url: String(repeating: "u", count: 2000),
                title: String(repeating: "t", count: 1000),
                content: String(repeating: "c", count: 200_000),
                source: "x",
                publishedAt: noon
            )
            #expect(try await bench.news.insert(long) != nil)
            #expect(try await bench.news.insert(long) == nil)
        },
        Check(name: "old news go in portions, the oldest first, with their mood and their coins") { bench in
            for number in 0..<25 {
                let item = NewsItem(
                    url: piece(number).url,
                    title: piece(number).title,
                    content: "",
                    source: "example",
                    publishedAt: noon.advanced(by: .seconds(number)),
                    symbols: ["BTC", "ETH"]
                )
                #expect(try await bench.news.insert(item, sentiment: number == 0 ? nil : good) != nil)
            }
            // What was published at the very moment stays.
            let bound = noon.advanced(by: .seconds(15))
            #expect(try await bench.news.prune(before: bound, limit: 10) == 10)
            let rest = try await bench.news.page(limit: 100).items.map(\.item.title)
            #expect(rest == (10..<25).reversed().map { "Piece \($0)" })
            #expect(try await bench.news.prune(before: bound, limit: 10) == 5)
            #expect(try await bench.news.prune(before: bound, limit: 10) == 0)
            #expect(try await bench.news.page(NewsFilter(symbol: "BTC"), limit: 100).items.count == 10)
            #expect(try await bench.count("news_item") == 10)
            #expect(try await bench.count("news_mention") == 20)
            // What is told again afterwards is news again.
            #expect(try await bench.news.insert(piece(3)) != nil)
            for limit in [0, 10_001] {
                await #expect(throws: HistoryError.self) { try await bench.news.prune(before: bound, limit: limit) }
            }
        },
        Check(name: "the database itself keeps moods whole and within bounds") { bench in
            _ = try await bench.news.insert(piece(1))
            for change in ["sentiment_score = 0.5", "sentiment_label = 'x'"] {
                await #expect(throws: StoreError.self) {
                    try await bench.store.run(SQL(stringLiteral: "UPDATE news_item SET \(change)"), [])
                }
            }
            await #expect(throws: StoreError.self) {
                try await bench.store.run(
                    "UPDATE news_item SET sentiment_score = 1.5, sentiment_label = 'x', sentiment_method = 'x'",
                    []
                )
            }
        },
    ]
}
