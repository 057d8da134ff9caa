import Daemon
import Testing

/// The `[market.discovery]` table: off, at most daily, and nobody private.
@Suite struct DiscoveryConfigTests {
    private func problems(_ text: String) throws -> [String] {
        try ConfigFixture().load(text).errors.map(\.description)
    }

    @Test func `it is off, at most daily, and every address that is shipped may be asked`() throws {
        let settings = Configuration().market.discovery
        #expect(!settings.enabled && settings.intervalHours == 24)
        #expect(settings.problems().isEmpty && settings.candidates.problems().isEmpty)
        #expect(!settings.candidates.binance.isEmpty && settings.candidates[.coincap].isEmpty)
        #expect(try problems("market.discovery.enabled = true") == [])
    }

    @Test(arguments: [
        ("interval_hours = 23", "interval_hours"), ("interval_hours = 0", "interval_hours"),
        ("tolerance_percent = 0", "tolerance_percent"), ("tolerance_percent = 51", "tolerance_percent"),
        ("candidates.kraken = [\"http://api.kraken.com\"]", "candidates.kraken[0]"),
        ("candidates.kraken = [\"https://10.0.0.1\"]", "candidates.kraken[0]"),
        ("candidates.kraken = [\"https://api.kraken.com/0\"]", "candidates.kraken[0]"),
        ("candidates.kraken = [\"https://a.b\", \"https://a.b\"]", "candidates.kraken[1]"),
        ("candidates.coincap = [\"https://a.b\"]", "candidates.coincap"),
        (
            "candidates.kraken = [\((1...21).map { "\"https://a\($0).b\"" }.joined(separator: ", "))]",
            "candidates.kraken"
        ),
    ])
    func `these are named with their key`(text: String, key: String) throws {
        let found = try problems("[market.discovery]\n\(text)")
        #expect(found.count == 1 && found.allSatisfy { $0.contains("market.discovery.\(key)") }, "\(found)")
    }

    @Test func `it does not go with a proxy, and a station on the air asks nobody on its own machine`() throws {
        let proxy = "client.proxy = \"http://proxy.example:1\""
        #expect(try problems(proxy) == [])
        let hidden = try problems("market.discovery.enabled = true\n\(proxy)")
        #expect(hidden.count == 1 && hidden[0].contains("market.discovery.enabled: impossible with client.proxy"))
        let here = "market.discovery.candidates.kraken = [\"http://127.0.0.1:8080\"]"
        #expect(try problems(here) == [])
        let onAir = try problems("station.production = true\n\(here)")
        #expect(onAir.count == 1 && onAir[0].contains("market.discovery.candidates.kraken: an address on this machine"))
    }
}
