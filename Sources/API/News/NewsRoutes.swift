package import Bus
import Domain
import Identity

/// News with their mood, the mood of the market, and what any text is held to say.
package struct NewsRoutes: Sendable {
    /// Which news are wanted.
    package struct Wish: Hashable, Sendable {
        package var symbol: String?
        package var source: String?
        /// The last piece of the page before.
        package var before: UUIDv7?
        package var limit: Int

        package init(symbol: String? = nil, source: String? = nil, before: UUIDv7? = nil, limit: Int) {
            self.symbol = symbol
            self.source = source
            self.before = before
            self.limit = limit
        }
    }

    /// Where the answers come from; none of it may block.
    package struct Doors: Sendable {
        package var news: @Sendable (Wish) async throws(APIError) -> NewsAnswer
        package var mood: @Sendable () async throws(APIError) -> MoodAnswer
        package var analyze: @Sendable (_ text: String) async throws(APIError) -> Analysis

        package init(
            news: @escaping @Sendable (Wish) async throws(APIError) -> NewsAnswer,
            mood: @escaping @Sendable () async throws(APIError) -> MoodAnswer,
            analyze: @escaping @Sendable (_ text: String) async throws(APIError) -> Analysis
        ) {
            self.news = news
            self.mood = mood
            self.analyze = analyze
        }
    }

    private let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    private struct NewsQuery: Decodable, Sendable {
        let symbol: CoinCode?
        let source: ShortText?
        let before: UUIDv7?
        let limit: PageLimit?
    }

    private struct Text: Decodable, Sendable {
        let text: JudgedText
    }

    private static let group = "News and sentiment"
    private static let piecesShown = 50

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/api/news",
                access: .anyone,
                summary: "The newest news, each with its mood and the coins that it speaks of",
                group: NewsRoutes.group,
                limit: .publicData,
                query: NewsQuery.self,
                answers: [200: "A page of them, the newest first."]
            ) { [doors] (query, _) async throws(APIError) in
                let wish = Wish(
                    symbol: query.symbol?.text,
                    source: query.source?.text,
                    before: query.before,
                    limit: query.limit?.count ?? NewsRoutes.piecesShown
                )
                return Route.Reply(try await doors.news(wish))
            },
            try Route.get(
                "/api/sentiment",
                access: .anyone,
                summary: "The mood of the market: the Fear & Greed index, and what the news of the last hours come to",
                group: NewsRoutes.group,
                limit: .publicData,
                query: NoQuery.self,
                answers: [200: "Both, each with its source and its age."]
            ) { [doors] (_, _) async throws(APIError) in Route.Reply(try await doors.mood()) },
            try Route.send(
                "POST",
                "/api/sentiment/analyze",
                access: .role(.viewer, scope: .read),
                summary: "How good or bad the news of a text are",
                group: NewsRoutes.group,
                body: Text.self,
                answers: [200: "A score from -1 to 1, in words too, and who says so."]
            ) { [doors] (body, _) async throws(APIError) in
                Route.Reply(AnalysisAnswer(try await doors.analyze(body.text.text)))
            },
            try Route.send(
                "POST",
                "/api/sentiment/crypto-analysis",
                access: .role(.viewer, scope: .read),
                summary: "Whether a text is bullish, bearish or neutral",
                group: NewsRoutes.group,
                body: Text.self,
                answers: [200: "The label, how probable each is, and who says so."]
            ) { [doors] (body, _) async throws(APIError) in
                Route.Reply(MarketAnalysisAnswer(try await doors.analyze(body.text.text)))
            },
        ]
    }
}
