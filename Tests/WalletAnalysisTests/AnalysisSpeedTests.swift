import Bus
import Domain
import HTTPClient
import JSON
import TestKit
import Testing
import WalletAnalysis
import WalletOracle

/// How long a wallet with fifty thousand rows takes in an optimised build; any other reads fewer, and is not judged.
@Suite(.serialized) struct AnalysisSpeedTests {
    #if DEBUG
    private static let trades = 1000
    #else
    private static let trades = 25_000
    #endif

    @Test func `a wallet with fifty thousand transactions is analyzed within three seconds`() async throws {
        let time = ManualTime()
        try await Engine.sqlite.run(time) { store in
            // All of them in less than 30 days.
            let rows = FakeHelius.trades(Self.trades, until: time.now, spacing: 50, sells: 1_100_000_000)
            let pages =
                stride(from: 0, to: rows.count, by: 100).map {
                    JSONValue.array(Array(rows[$0..<min(rows.count, $0 + 100)])).bytes
                } + [Array("[]".utf8)]
            let places = Dictionary(
                uniqueKeysWithValues: stride(from: 99, to: rows.count, by: 100).map {
                    (rows[$0]["signature"]?.string ?? "", $0 / 100 + 1)
                }
            )
            let transport = ScriptedTransport { request in
                let before = request.url.split(separator: "before-signature=").dropFirst().last.map(String.init)
                return .success(HTTPResponse(status: 200, body: pages[before.flatMap { places[$0] } ?? 0]))
            }
            let source = HeliusSource(key: "secret", transport: transport)
            let desk = OracleDesk(
                store: store,
                doors: OracleDoors(history: HistoryChain([source]), prices: { _, _, _ in OracleBench.price }),
                now: { time.now }
            )
            let clock = ContinuousClock()
            let start = clock.now
            let report = try await desk.analyze(FakeHelius.wallet).report
            let spent = start.duration(to: clock.now)
            #expect(report.isComplete && report.metrics.transactions == rows.count)
            print("analyzed \(rows.count) rows in \(spent)")
            #if !DEBUG
            #expect(spent < .seconds(3))
            #endif
        }
    }
}
