import API
import Bus
import Domain
import JSON
import Store
import TestKit
import Testing

@testable import Daemon

struct ProviderDoorsTests {
    @Test func `each provider says where it is asked, and whether it wants a key and has one`() async throws {
        let environment = ["CRYPTOCALL_CREDENTIAL_GECKO": "gecko-key"]
        let config = try MarketBench(#"keys = { coingecko = "cred:gecko" }"#)
            .loaded(["binance": "http://127.0.0.1:7"], environment: environment)
        let folder = try TemporaryFolder()
        var database = SQLiteConfig(path: folder.path("store.db"))
        database.synchronous = .normal
        let store = try await SQLiteStore.open(database, bus: try EventBus(types: EventCatalogue.all))
        let bench = try StationBench(store, config, environment: environment, now: { .now })
        var bytes: [UInt8] = []
        try OnePassEncoder().encodeAny(ProvidersAnswer(ProviderDoors(bench.station, bench.feed).all), to: &bytes)
        let providers = try JSONValue(parsing: bytes)["providers"]?.array ?? []
        #expect(providers.compactMap { $0["id"]?.string } == MarketConfig.Provider.allCases.map(\.rawValue))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("gecko-key"))
        func said(_ id: String) -> [String] {
            let one = providers.first { $0["id"]?.string == id }
            return [one?["base_url"]?.string, one?["key"]?.string, one?["has_key"]?.bool.map { "\($0)" }].map {
                $0 ?? ""
            }
        }
        #expect(said("binance") == ["http://127.0.0.1:7", "none", "false"])
        #expect(said("coingecko") == ["http://127.0.0.1:9", "optional", "true"])
        #expect(said("coincap") == ["http://127.0.0.1:9", "required", "false"])
        await bench.close()
        await store.close()
    }
}
