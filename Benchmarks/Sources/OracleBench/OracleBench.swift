import Bus
import Domain
import Glibc
import Store
import WalletAnalysis
import WalletOracle

/// Measures how long the oracle takes for a wallet with many transactions, and for one that it has at hand.
///
/// Usage: `OracleBench FILE ROWS QUESTIONS`; the file is an empty SQLite database. Prints one line of JSON.
@main
struct OracleBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let rows = Int(arguments[2]), let questions = Int(arguments[3]), rows > 0,
            questions > 0
        else {
            print("usage: OracleBench FILE ROWS QUESTIONS")
            exit(64)
        }
        let pages = RecordedPages(rows: rows, until: .now)
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: arguments[1]),
            bus: EventBus(types: EventCatalogue.all)
        )
        let desk = OracleDesk(
            store: store,
            doors: OracleDoors(
                history: HistoryChain([HeliusSource(key: "recorded", transport: pages)]),
                prices: { _, _, _ in { asset, _ in asset == AssetAmount.sol ? ExactDecimal(100) : nil } }
            ),
            now: { .now }
        )
        let begin = ContinuousClock.now
        let report = try await desk.analyze(RecordedPages.wallet).report
        let seconds = begin.duration(to: .now) / .seconds(1)
        guard report.isComplete, report.metrics.transactions == rows else {
            print("\(report.metrics.transactions ?? 0) of \(rows) rows: \(report.sources)")
            exit(70)
        }
        let cached = try await questionTimes(desk, questions)
        await store.close()
        print(
            #"{"bench":"oracle","analysis_s":\#(seconds),"cached_p50_ms":\#(cached[questions / 2]),"#
                + #""cached_p95_ms":\#(cached[questions * 95 / 100])}"#
        )
    }

    /// How long each question takes whose answer is at hand, in milliseconds; the shortest first.
    private static func questionTimes(_ desk: OracleDesk, _ count: Int) async throws -> [Double] {
        var times: [Double] = []
        times.reserveCapacity(count)
        for _ in 0..<count {
            let begin = ContinuousClock.now
            guard try await desk.analyze(RecordedPages.wallet).origin == .memory else {
                print("an answer was not at hand")
                exit(70)
            }
            times.append(begin.duration(to: .now) / .milliseconds(1))
        }
        return times.sorted()
    }
}
