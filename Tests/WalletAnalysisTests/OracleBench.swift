import Bus
import Chains
import Domain
import HTTPClient
import Store
import TestKit
import Threading
import WalletAnalysis
import WalletOracle

/// A desk with its sources, models and clock.
final class OracleBench: Sendable {
    let store: any Storage
    let time: ManualTime
    let helius = FakeHelius()
    let chain = FakeChain()
    let clock = ManualClock()
    let transport: ScriptedTransport

    init(_ store: any Storage, _ time: ManualTime) {
        self.store = store
        self.time = time
        transport = helius.transport
    }

    static let price: OracleDoors.Pricing = { asset, _ in asset == AssetAmount.sol ? ExactDecimal(100) : nil }

    /// A new desk over the same store, as after a restart.
    func desk(
        transport: (any HTTPTransport)? = nil,
        signer: ReportSigner? = nil,
        settings: OracleSettings = OracleSettings(),
        write: @escaping OracleDoors.Writing = { _ in nil }
    ) -> OracleDesk {
        var breaker = CircuitBreaker.Policy()
        breaker.failuresMax = 1_000_000
        var heliusSettings = HeliusSource.Settings()
        heliusSettings.base = "http://helius"
        heliusSettings.breaker = breaker
        let stopwatch = Stopwatch(clock)
        let source = HeliusSource(
            key: "secret",
            settings: heliusSettings,
            transport: transport ?? self.transport,
            stopwatch: stopwatch
        )
        let rpc = RPCSource(solana: chain.reader, stopwatch: stopwatch)
        return OracleDesk(
            store: store,
            doors: OracleDoors(
                history: HistoryChain([source, rpc]),
                prices: { _, _, _ in Self.price },
                write: write
            ),
            settings: settings,
            signer: signer,
            stopwatch: stopwatch,
            now: { [time] in time.now }
        )
    }

    func fill(_ rows: Int = 30, sells: Int64 = 1_500_000_000) {
        let trades = FakeHelius.trades(rows, until: time.now, sells: sells)
        helius.state.withLock { $0.rows = trades }
    }
}

extension OracleBench {
    /// As `desk`, with Helius as the only source.
    func deskWithoutChain() -> OracleDesk {
        var breaker = CircuitBreaker.Policy()
        breaker.failuresMax = 1_000_000
        var settings = HeliusSource.Settings()
        settings.base = "http://helius"
        settings.breaker = breaker
        let source = HeliusSource(key: "secret", settings: settings, transport: transport)
        return OracleDesk(
            store: store,
            doors: OracleDoors(history: HistoryChain([source]), prices: { _, _, _ in Self.price }),
            now: { [time] in time.now }
        )
    }
}
