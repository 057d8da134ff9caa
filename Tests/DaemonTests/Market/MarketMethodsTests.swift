import BusZeroMQ
import Domain
import JSON
import Telemetry
import Testing

@testable import Daemon

/// The control methods of the market, where no exchange can be reached.
struct MarketMethodsTests {
    private func bench() async throws -> MethodBench {
        var configuration = Configuration()
        configuration.market.endpoints.binance = "http://127.0.0.1:9"
        configuration.market.endpoints.kraken = "http://127.0.0.1:9"
        configuration.market.endpoints.coinbase = "http://127.0.0.1:9"
        let feed = try MarketFeed(configuration, metrics: MetricsRegistry())
        return try await MethodBench { _, _, _, now in
            MarketMethods(feed: feed, pairs: { [TradingPair("BTC-USD")].compactMap { $0 } }, now: now).all
        }
    }

    @Test func `everybody who may look sees the providers, and only operators ask them`() async throws {
        let bench = try await bench()
        let found = try await bench.call("market.providers", [:], as: .viewer)
        #expect(found["replayed"] == false)
        let names = found["providers"]?.array?.compactMap { $0["provider"]?.string } ?? []
        #expect(names.contains("binance") && names.contains("kraken"))
        #expect(found["providers"]?[0]?["status"] == "online" && found["providers"]?[0]?["asked"] == 0)
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
}
