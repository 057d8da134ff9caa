import Bus
import Market
import Store
import Telemetry

@testable import Daemon

/// A station over a store, none of whose actors is at work.
struct StationBench {
    let station: Station
    let config: LoadedConfig
    let feed: MarketFeed
    private let stops: AsyncStream<String>

    /// - Parameters:
    ///   - store: where it keeps everything.
    ///   - config: its settings, which are never read again.
    ///   - environment: holds the secrets.
    ///   - now: what time it is.
    /// - Throws: what making its parts throws.
    init(
        _ store: any Storage,
        _ config: LoadedConfig,
        environment: [String: String] = [:],
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.config = config
        let request = ConfigRequest(home: "/", overrides: [], environment: environment, workingDirectory: "/")
        let instruments = try Instruments(LogSettings(), environment: environment)
        feed = try MarketFeed(
            config,
            environment: environment,
            redactor: instruments.redactor,
            metrics: instruments.metrics
        )
        let (stops, stopper) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
        self.stops = stops
        station = Station(
            settings: SettingsControl(config, request: request),
            instruments: instruments,
            bus: store.bus,
            store: store,
            board: feed.board,
            now: now,
            stops: stopper
        )
    }

    /// Closes everything but the store.
    func close() async {
        await feed.close()
        _ = station.instruments.logs.close(within: .seconds(1))
    }
}
