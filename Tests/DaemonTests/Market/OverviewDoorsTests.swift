import API
import JSON
import Market
import TestKit
import Testing
import Threading

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct OverviewDoorsTests {
    private func json(_ value: some Encodable) throws -> JSONValue {
        var bytes: [UInt8] = []
        try OnePassEncoder().encodeAny(value, to: &bytes)
        return try JSONValue(parsing: bytes)
    }

    @Test func `where the first does not answer the second one's figures come, with its name, and once for many`()
        async throws
    {
        let gecko = try LoopbackHTTPServer { _ in .status(500) }
        let asked = Mutex<[String]>([])
        let paprika = try LoopbackHTTPServer { request in
            asked.withLock { $0.append(request.path) }
            guard request.path != "/v1/global" else {
                return .json(#"{"market_cap_usd":1740,"bitcoin_dominance_percentage":51.5,"last_updated":1700000000}"#)
            }
            return .json(
                #"[{"id":"btc-bitcoin","name":"Bitcoin","symbol":"BTC","rank":1,"last_updated":"2023-11-14T22:13:20Z","#
                    + #""quotes":{"USD":{"price":46000.125,"volume_24h":7,"market_cap":900}}}]"#
            )
        }
        let feed = try MarketBench().feed(["coingecko": gecko.url(""), "coinpaprika": paprika.url("")])
        let doors = OverviewDoors(feed)
        let answers = try await withThrowingTaskGroup(of: Fresh<OverviewAnswer>.self) { group in
            // Several at once, of whom one asks.
            for _ in 0..<8 { group.addTask { try await doors.overview(5) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(asked.withLock { $0 } == ["/v1/global", "/v1/tickers"])
        let first = try json(try #require(answers.first))
        #expect(first["source"] == "coinpaprika" && first["stale"] == false)
        #expect(first["coins"]?[0]?["price"] == "46000.125" && first["coins"]?[0]?["market_cap"] == "900")
        #expect(first["global"]?["dominance"] == ["BTC": "51.5"])
        #expect(first["as_of"]?.string?.hasPrefix("2023-11-14T22:13:20") == true)
        await feed.close()
    }

    @Test func `where nobody answers there is an error with everybody's reason`() async throws {
        let gecko = try LoopbackHTTPServer { _ in
            .status(200, headers: [("Content-Type", "text/html")], body: "<p>".utf8)
        }
        let feed = try MarketBench().feed(["coingecko": gecko.url("")])
        let doors = OverviewDoors(feed)
        do {
            _ = try await doors.trending()
            Issue.record("an answer of nobody")
        } catch {
            #expect(error.code == .unavailable && error.message.contains("coingecko: malformed"))
        }
        do {
            _ = try await doors.overview(5)
            Issue.record("an answer of nobody")
        } catch {
            #expect(error.message.contains("coinpaprika: unreachable"))
            #expect(error.message.contains("coincap: not set up: needs a key"))
        }
        await #expect(throws: APIError.self) { try await doors.protocols() }
        await feed.close()
    }
}
