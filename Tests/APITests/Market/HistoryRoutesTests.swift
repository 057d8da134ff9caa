import Bus
import Domain
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

/// How far back who may read, and how pages follow each other.
@Suite(.timeLimit(.minutes(1))) struct HistoryRoutesTests {
    private static let now = Timestamp(seconds: 1_790_000_000)

    /// Answers with what it was asked for: the ends of the range, and the limit as a price.
    private static func table() throws -> RouteTable {
        let doors = HistoryRoutes.Doors(
            prices: { (pair, range, limit) throws(APIError) in
                PriceHistoryAnswer(
                    pair: pair,
                    range: range,
                    prices: [.init(asOf: range.lowerBound, price: Price(ExactDecimal(limit)), source: "first")],
                    gaps: [TimeGap(from: range.lowerBound, to: range.upperBound)],
                    next: range.lowerBound.advanced(by: .seconds(60))
                )
            },
            candles: { (pair, interval, range, limit) throws(APIError) in
                CandleHistoryAnswer(
                    pair: pair,
                    interval: interval,
                    range: range,
                    candles: [],
                    gaps: [.init(from: range.lowerBound, to: range.upperBound, missing: limit, wasAsked: false)],
                    gapsThrough: range.upperBound,
                    next: nil
                )
            },
            defi: { (slug, range, limit) throws(APIError) in
                guard slug == "aave-v3" else { return nil }
                return DefiHistoryAnswer(
                    slug: slug,
                    name: "Aave",
                    source: "defillama",
                    range: range,
                    points: [.init(asOf: range.lowerBound, tvl: nil)],
                    gaps: [],
                    next: nil
                )
            },
            chart: { (days) throws(APIError) in
                TVLChartAnswer(
                    source: "defillama",
                    days: (0..<days).map { _ in .init(day: now, tvl: nil, total: nil, protocols: nil, asOf: nil) }
                )
            }
        )
        return try RouteTable(HistoryRoutes(doors, now: { now }).all())
    }

    private static func days(_ body: JSONValue) -> Double? {
        guard let from = body["from"]?.string.flatMap({ Timestamp($0) }),
            let to = body["to"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        return (from.duration(to: to) / .seconds(1)).rounded() / 86_400
    }

    @Test(arguments: [
        "/api/prices/history/BTC", "/api/ohlcv/history/BTC", "/api/defi/history/aave-v3",
    ])
    func `history is for who has logged in, as far back as the tier goes`(path: String) async throws {
        try await TestListener.serving(try Self.table()) { ask in
            #expect(try await ask(.get, path).status == 401)
            for (tier, days, status) in [
                ("free", 7, 200), ("free", 8, 403), ("pro", 90, 200), ("pro", 91, 403), ("enterprise", 36_500, 200),
                ("enterprise", 36_501, 422), ("free", 0, 422),
            ] {
                let answer = try await ask(
                    .get,
                    "\(path)?days=\(days)",
                    ["authorization": "Bearer viewer/read/\(tier)"]
                )
                #expect(answer.status == status, "\(tier) \(days)")
                let body = try JSONValue(parsing: answer.body)
                if status == 200 { #expect(Self.days(body) == Double(days)) }
                if status == 403 { #expect(body["error"] == "tier_required") }
            }
        }
    }

    @Test func `who names no days gets the usual ones, or as many as the tier has`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            for (path, tier, days) in [
                ("/api/prices/history/BTC", "free", 7.0), ("/api/prices/history/BTC", "pro", 30),
                ("/api/ohlcv/history/BTC", "pro", 90), ("/api/defi/history/aave-v3", "enterprise", 30),
            ] {
                let answer = try await ask(.get, path, ["authorization": "Bearer viewer/read/\(tier)"])
                #expect(Self.days(try JSONValue(parsing: answer.body)) == days, "\(path) \(tier)")
            }
        }
    }

    @Test func `a page begins where the one before said, but never before the tier's depth`() async throws {
        let me: HTTPHeaders = ["authorization": "Bearer viewer/read/free"]
        try await TestListener.serving(try Self.table()) { ask in
            let first = try JSONValue(parsing: try await ask(.get, "/api/prices/history/eth-eur?days=2", me).body)
            #expect(first["pair"] == "ETH-EUR" && first["prices"]?[0]?["price"] == "1000")
            let next = try #require(first["next"]?.string)
            let path = "/api/prices/history/ETH-EUR?days=2&limit=3&from=\(next)"
            let second = try JSONValue(parsing: try await ask(.get, path, me).body)
            #expect(second["from"]?.string == next && second["prices"]?[0]?["price"] == "3")
            let old = "/api/prices/history/BTC?days=2&from=2001-01-01T00:00:00Z"
            #expect(Self.days(try JSONValue(parsing: try await ask(.get, old, me).body)) == 2)
            let future = "/api/prices/history/BTC?days=2&from=2190-01-01T00:00:00Z"
            #expect(Self.days(try JSONValue(parsing: try await ask(.get, future, me).body)) == 0)
        }
    }

    @Test func `what makes no sense is refused, and what is unknown is not found`() async throws {
        let me: HTTPHeaders = ["authorization": "Bearer viewer/read/pro"]
        try await TestListener.serving(try Self.table()) { ask in
            for path in [
                "/api/prices/history/B%20C", "/api/ohlcv/history/BTC?interval=7m", "/api/ohlcv/history/BTC?limit=1001",
                "/api/prices/history/BTC?interval=1d", "/api/prices/history/BTC?from=yesterday",
            ] {
                #expect(try await ask(.get, path, me).status == 422, "\(path)")
            }
            #expect(try await ask(.get, "/api/defi/history/nothing", me).status == 404)
            let candles = try JSONValue(
                parsing: try await ask(.get, "/api/ohlcv/history/btcusdt?interval=1h&days=3", me).body
            )
            #expect(candles["interval"] == "1h" && candles["gaps"]?[0]?["asked"] == false)
        }
    }

    @Test func `the chart is for everybody, with every day`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let answer = try await ask(.get, "/api/defi/tvl-chart")
            #expect(answer.status == 200)
            let days = try JSONValue(parsing: answer.body)["days"]?.array ?? []
            #expect(days.count == 30 && days.allSatisfy { $0["tvl"] == nil && $0["day"] != nil })
        }
    }
}
