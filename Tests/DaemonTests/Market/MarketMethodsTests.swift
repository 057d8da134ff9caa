import Bus
import BusZeroMQ
import Domain
import HTTPClient
import JSON
import Market
import Telemetry
import Testing

@testable import Daemon

/// The control methods of the market, where no exchange can be reached.
struct MarketMethodsTests {
    private func bench() async throws -> MethodBench {
        let bench = try MarketBench()
        let feed = try bench.feed()
        return try await MethodBench { store, _, _, now in
            MarketMethods(
                feed: feed,
                pools: PoolDesk(feed: feed, store: store, author: Incarnation(of: "test"), now: now),
                pairs: { [TradingPair("BTC-USD")].compactMap { $0 } },
                now: now
            ).all
        }
    }

    @Test func `everybody who may look sees the providers, and only operators ask them`() async throws {
        let bench = try await bench()
        let found = try await bench.call("market.providers", [:], as: .viewer)
        #expect(found["replayed"] == false)
        let names = found["providers"]?.array?.compactMap { $0["provider"]?.string } ?? []
        #expect(names.contains("binance") && names.contains("kraken"))
        #expect(found["providers"]?[0]?["status"] == "online" && found["providers"]?[0]?["asked"] == 0)
        let coincap = found["providers"]?.array?.first { $0["provider"] == "coincap" }
        #expect(coincap?["status"] == "unavailable" && coincap?["obstacle"] == "needs a key")
        #expect(await bench.failure("market.check", ["provider": "binance"], as: .viewer) != nil)
    }

    @Test func `a provider that cannot be reached says so, and one that there is not is named with those there are`()
        async throws
    {
        let bench = try await bench()
        let check = try await bench.call("market.check", ["provider": "kraken"], as: .operator)
        #expect(check["reachable"] == false)
        let found = try await bench.call("market.providers", [:], as: .viewer)
        let kraken = found["providers"]?.array?.first { $0["provider"] == "kraken" }
        #expect(kraken?["failed"] == 1 && kraken?["lastError"]?.string != nil)
        let failure = await bench.failure("market.check", ["provider": "nobody"], as: .operator)
        #expect(failure?.message.contains("kraken") == true)
    }

    @Test func `whoever looks sees the pools, and only admins rotate them`() async throws {
        let bench = try await bench()
        func exchange() async throws -> JSONValue? {
            let found = try await bench.call("market.pools", [:], as: .viewer)
            return found["pools"]?.array?.first { $0["id"] == "exchange" }
        }
        #expect(try await exchange()?["order"] == ["binance", "kraken", "coinbase"])
        #expect(try await exchange()?["origin"] == "configuration")
        let wish: [String: JSONValue] = ["pool": "exchange", "reason": "slow"]
        #expect(await bench.failure("market.rotate", wish, as: .operator) != nil)
        #expect(try await exchange()?["origin"] == "configuration")
        let rotation = try await bench.call("market.rotate", wish, as: .admin)
        #expect(rotation["from"] == "binance" && rotation["to"] == "kraken")
        #expect(try await exchange()?["order"] == ["kraken", "coinbase", "binance"])
        #expect(try await exchange()?["origin"] == "changed")
        let failure = await bench.failure("market.rotate", ["pool": "none", "reason": "slow"])
        #expect(failure?.message.contains("none") == true)
        // Nobody else tells of this.
        #expect(await bench.failure("market.rotate", ["pool": "defi", "reason": "slow"])?.code == -32004)
    }

    @Test func `streams are told with how they are doing, in the order in which their word counts`() async throws {
        let feed = try MarketBench().feed()
        let bench = try await MethodBench { store, _, _, now in
            MarketMethods(
                feed: feed,
                pools: PoolDesk(feed: feed, store: store, author: Incarnation(of: "test"), now: now),
                pairs: { [] },
                now: now
            ).all
        }
        let none = try await bench.call("market.streams", [:], as: .viewer)
        #expect(none["replayed"] == false && none["streams"]?.array?.isEmpty == true)
        let now = Timestamp(seconds: 1_700_000_040)
        feed.streams.follow(["kraken", "binance"], at: now)
        feed.streams.update("binance") { standing in
            standing.phase = .live
            standing.messages = 3
            standing.lastError = "silent"
        }
        let found = try await bench.call("market.streams", [:], as: .viewer)
        let streams = found["streams"]?.array ?? []
        #expect(streams.map { $0["exchange"]?.string } == ["kraken", "binance"])
        #expect(streams.map { $0["state"]?.string } == ["connecting", "live"])
        #expect(streams.last?["messages"] == 3 && streams.last?["lastError"] == "silent")
        #expect(streams.last?["lastMessageAgeSeconds"] == .null && streams.last?["since"]?.string == "\(now)")
    }

    @Test func `streams go where they may and not through a proxy`() async throws {
        var configuration = Configuration()
        let network = StreamNetwork(HTTPClientConfig(configuration))
        let other = await network.run("wss://example.com/", opened: { _ in }, receive: { _ in })
        #expect(other.isUnavailable && other.reason == "example.com:443 is not an allowed host")
        #expect(await network.run("https://ws.kraken.com", opened: { _ in }, receive: { _ in }).isUnavailable)
        configuration.client.proxy = "http://127.0.0.1:9"
        await network.replace(with: HTTPClientConfig(configuration))
        let kraken = configuration.market.streams.endpoints.kraken
        let hidden = await network.run(kraken, opened: { _ in }, receive: { _ in })
        #expect(hidden.isUnavailable && hidden.reason == "streams do not go through a proxy")
        await network.close()
    }
}
