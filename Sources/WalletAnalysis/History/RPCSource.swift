package import Bus
package import ChainReaders
package import Chains
import WalletOracle

/// The past of wallets from any node: how many transactions there were and when the first was, and nothing of what they
/// did.
package struct RPCSource: HistorySource {
    package let name: String
    private let solana: SolanaReader
    private let pagesMax: Int
    private let totalLimit: Duration
    private let stopwatch: Stopwatch

    private static let rowsPerPage = 1000

    /// - Parameters:
    ///   - name: what it is called in reports.
    ///   - solana: whom to ask.
    ///   - pagesMax: of a thousand signatures each.
    ///   - totalLimit: for all pages.
    ///   - stopwatch: measures.
    package init(
        name: String = "rpc",
        solana: SolanaReader,
        pagesMax: Int = 50,
        totalLimit: Duration = .seconds(15),
        stopwatch: Stopwatch = Stopwatch(ContinuousClock())
    ) {
        self.name = name
        self.solana = solana
        self.pagesMax = pagesMax
        self.totalLimit = totalLimit
        self.stopwatch = stopwatch
    }

    package func past(of wallet: SolanaAddress, since: Timestamp) async throws(PastError) -> ToldPast {
        let end = stopwatch.elapsed + totalLimit
        var count = SignatureCount(since: since)
        do throws(PastError) {
            while !count.isAll {
                guard count.pages < pagesMax else { throw PastError(.tooLong, "more than \(pagesMax) pages") }
                guard stopwatch.elapsed < end else { throw PastError(.timedOut, "too many pages for the time") }
                let page = try await page(of: wallet, before: count.last)
                count.note(page, isLast: page.count < Self.rowsPerPage)
            }
        } catch {
            guard count.pages > 0 else { throw error }
            count.failure = error
        }
        return count.told(by: name)
    }

    private func page(
        of wallet: SolanaAddress,
        before: String?
    ) async throws(PastError) -> [NotedTransaction] {
        do throws(ChainError) {
            return try await solana.signatures(of: wallet, before: before, limit: Self.rowsPerPage).value
        } catch {
            throw PastError(RPCSource.code(of: error.code))
        }
    }

    private static func code(of code: ChainError.Code) -> PastError.Code {
        switch code {
        case .notSetUp: .notSetUp
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .rateLimited: .rateLimited
        case .skipped: .skipped
        case .malformed, .rejected: .malformed
        case .cancelled: .cancelled
        default: .unavailable
        }
    }
}

/// What can be counted of a wallet's signatures, from the newest to the oldest.
private struct SignatureCount {
    let since: Timestamp
    private(set) var pages = 0
    private(set) var last: String?
    private(set) var isAll = false
    private var inWindow = 0
    private var oldest: Timestamp?
    private var newest: Timestamp?
    private var slot: Int64?
    var failure: PastError?

    init(since: Timestamp) { self.since = since }

    mutating func note(_ page: [NotedTransaction], isLast: Bool) {
        pages += 1
        for row in page {
            slot = max(slot ?? 0, Int64(clamping: row.slot))
            guard let time = row.time else { continue }
            oldest = min(oldest ?? time, time)
            newest = max(newest ?? time, time)
            if !row.hasFailed, time >= since { inWindow += 1 }
        }
        // A node that gives the same page again has no more.
        isAll = isLast || page.last?.signature == last
        last = page.last?.signature ?? last
    }

    func told(by name: String) -> ToldPast {
        var reasons = ["trades are missing: signatures say only that there were transactions"]
        if let failure { reasons.append(failure.description) }
        return ToldPast(
            history: nil,
            transactions: inWindow,
            firstEver: isAll ? oldest : nil,
            note: SourceNote(
                name: name,
                slot: slot,
                from: oldest,
                to: newest,
                pages: pages,
                completeness: .partial(reason: reasons.joined(separator: "; "))
            )
        )
    }
}
