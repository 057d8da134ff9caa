import Market
import Telemetry
import Testing

@testable import Daemon

/// A feed whose providers are where the test says; otherwise none can be reached.
struct MarketBench {
    private let fixture: ConfigFixture
    private let extra: String

    /// - Parameter extra: more lines of the `[market]` section, and tables of it.
    /// - Throws: when there is no folder to be had.
    init(_ extra: String = "") throws {
        self.extra = extra
        fixture = try ConfigFixture()
    }

    /// - Parameters:
    ///   - addresses: by provider.
    ///   - environment: holds the secrets.
    /// - Returns: the configuration.
    /// - Throws: when it is not as it should be.
    func loaded(_ addresses: [String: String] = [:], environment: [String: String] = [:]) throws -> LoadedConfig {
        // What nobody answers is over at once.
        var text = "[market]\nretries = 0\n\(extra)\n[market.endpoints]\n"
        for provider in MarketConfig.Provider.allCases {
            text += "\(provider.rawValue) = \"\(addresses[provider.rawValue] ?? "http://127.0.0.1:9")\"\n"
        }
        let report = try fixture.load(text, environment: environment)
        return try #require(report.usable, "\(report.text)")
    }

    func feed(_ addresses: [String: String] = [:], environment: [String: String] = [:]) throws -> MarketFeed {
        try MarketFeed(
            try loaded(addresses, environment: environment),
            environment: environment,
            redactor: Redactor(),
            metrics: MetricsRegistry()
        )
    }
}
