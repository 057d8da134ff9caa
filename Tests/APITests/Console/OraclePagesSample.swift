import Bus
import Domain
import Identity
import Testing
import Threading
import WalletOracle

@testable import API
@testable import WalletAnalysis

/// The oracle's pages over fixed data.
struct OraclePagesSample {
    static let wallet = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"
    static let mint = "So11111111111111111111111111111111111111112"
    static let signature = [UInt8](repeating: 7, count: SignedReport.signatureBytes)

    /// What was asked of the station.
    final class Book: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    let book = Book()
    /// What asking gives.
    var found: Result<AnalyzedWallet, OracleError> = .failure(.busy)
    var kept: AnalyzedWallet?
    var hasKey = true
    /// Wallets that the one who asks has linked.
    var linked: Set<String> = []
    var reports: Result<[ListedReport], OracleError> = .success([])
    var payments: Result<[KeptBurn], BurnError> = .success([])
    var token: ConsoleOracle.Token? = ConsoleOracle.Token(mint: mint, decimals: 6)

    var oracle: ConsoleOracle {
        let (book, found, kept, hasKey, linked) = (book, found, kept, hasKey, linked)
        let (reports, payments, token) = (reports, payments, token)
        return ConsoleOracle(
            analyze: { wallet throws(OracleError) in
                book.note("analyze \(wallet)")
                return try found.get()
            },
            kept: { wallet in
                book.note("kept \(wallet)")
                return kept
            },
            signed: { report throws(OracleError) in
                guard hasKey else { return nil }
                do { return try SignedReport(report, keyID: "k1") { _ in OraclePagesSample.signature } } catch {
                    throw .unavailable("the report cannot be signed")
                }
            },
            publicKey: hasKey ? [UInt8](repeating: 1, count: 32) : nil,
            mayAsk: { person, wallet throws(APIError) in
                guard wallet != "0x1" else { throw APIError(OracleError.invalidWallet) }
                return person.role >= .operator || linked.contains(wallet)
            },
            reports: { before, limit throws(OracleError) in
                book.note("reports before \(before?.text ?? "-"), \(limit)")
                return before == nil ? try reports.get() : []
            },
            payments: { before, limit throws(BurnError) in
                book.note("payments before \(before?.text ?? "-"), \(limit)")
                return before == nil ? try payments.get() : []
            },
            token: {
                book.note("token")
                return token
            }
        )
    }

    /// Serves them while the body runs.
    func serving(_ body: (_ ask: TestListener.Ask) async throws -> Void) async throws {
        let console = Console(data: try ConsoleSample().data, oracle: oracle)
        try await TestListener.serving(RouteTable(console.all(), failurePages: FailurePages(console)), body)
    }

    // MARK: Reports

    /// Figures of a wallet that everything is known of.
    static var metrics: WalletMetrics {
        var metrics = WalletMetrics()
        metrics.transactions = 1250
        metrics.volume = ExactDecimal(significand: 1_234_567_891, scale: 4)
        metrics.winRatio = Ratio(percent: 62)
        metrics.totalProfit = ExactDecimal(significand: -1_234_505, scale: 3)
        metrics.averageProfit = ExactDecimal(significand: -5, scale: 2)
        metrics.maxDrawdown = Ratio(percent: 81)
        metrics.volatility = 0.4107
        metrics.memeExposure = Ratio(percent: 15)
        metrics.rugRatio = Ratio(1, of: 8)
        metrics.weekProfit = ExactDecimal(12)
        metrics.isHot = false
        metrics.isCold = false
        metrics.isWhale = true
        metrics.daysActive = 400
        metrics.sentiment = .bullish
        metrics.counts.closedTrades = 40
        metrics.counts.unvaluedSwaps = 3
        return metrics
    }

    static let sources = [
        SourceNote(
            name: "helius",
            slot: 312_345_678,
            from: ConsoleSample.now.advanced(by: .seconds(-86_400)),
            to: ConsoleSample.now.advanced(by: .seconds(-60)),
            pages: 13,
            completeness: .partial(reason: "2 rows could not be read")
        ),
        SourceNote(
            name: "rpc",
            slot: nil,
            from: nil,
            to: nil,
            pages: 0,
            completeness: .missing(reason: "no endpoint is set up")
        ),
    ]

    static func report(
        of wallet: String = wallet,
        _ metrics: WalletMetrics = metrics,
        chain: String = "solana",
        sources: [SourceNote] = sources,
        secondsAgo: Int = 60
    ) -> WalletReport {
        WalletReport(
            wallet: wallet,
            chain: chain,
            metrics: metrics,
            sources: sources,
            madeAt: ConsoleSample.now.advanced(by: .seconds(-secondsAgo))
        )
    }

    static func listed(_ report: WalletReport, isReadable: Bool = true) -> ListedReport {
        ListedReport(
            wallet: report.wallet,
            tier: report.tier,
            riskScore: RiskFlag.score(report.flags),
            madeAt: report.madeAt,
            staleAfter: report.staleAfter,
            report: isReadable ? report : nil
        )
    }

    static func payment(_ signature: String = "5ignature", mint: String = mint, wallet: String = wallet) -> KeptBurn {
        KeptBurn(
            signature: signature,
            slot: 42,
            mint: mint,
            wallet: wallet,
            burned: 1_000_000_000,
            toBurn: 1,
            toTreasury: 0,
            required: 900_000_000,
            price: LivePrice(dollars: ExactDecimal(significand: 25, scale: 4), at: ConsoleSample.now),
            tier: .awe,
            priority: 14,
            acceptedAt: ConsoleSample.now.advanced(by: .seconds(-120))
        )
    }
}
