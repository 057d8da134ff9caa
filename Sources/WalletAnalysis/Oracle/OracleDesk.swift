package import Bus
import Chains
package import Store
import Threading
package import WalletOracle

/// Everything that the oracle says of wallets: reports that are signed, and lines for those who call.
///
/// A report holds for an hour. Questions about one wallet that come at once are answered together. Where the sources give
/// nothing, an older report is given and marked stale, and without one the wallet is unknown: nobody is refused.
package final class OracleDesk: Sendable {
    let records: OracleRecords
    let doors: OracleDoors
    /// `nil` while there is no key.
    package let signer: ReportSigner?
    package let now: @Sendable () -> Timestamp
    let stopwatch: Stopwatch
    private let current: Mutex<OracleSettings>
    private let kept: KeptReports
    private let questions: SharedQuestions<AnalyzedWallet>
    /// Working out fifty thousand transactions takes a while.
    private let threads = WorkThreads(name: "wallets", threadsMax: 1, waitingMax: 64)

    /// - Parameters:
    ///   - store: where it is kept.
    ///   - doors: what the oracle leans on.
    ///   - settings: what it goes by.
    ///   - signer: the key for reports.
    ///   - stopwatch: measures and waits.
    ///   - now: what time it is.
    package init(
        store: any Storage,
        doors: OracleDoors,
        settings: OracleSettings = OracleSettings(),
        signer: ReportSigner? = nil,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp
    ) {
        records = OracleRecords(store: store)
        self.doors = doors
        self.signer = signer
        self.stopwatch = stopwatch
        self.now = now
        current = Mutex(settings)
        kept = KeptReports(countMax: settings.cachedMax)
        questions = SharedQuestions(questionsMax: settings.underWayMax)
    }

    package var settings: OracleSettings { current.withLock { $0 } }

    /// Other settings, from the next question on; how much is kept at hand, and how many are worked on, stays.
    package func replace(with settings: OracleSettings) { current.withLock { $0 = settings } }

    /// Reports at hand.
    package var keptCount: Int { kept.count }

    /// How many wait for the answer that somebody else works out.
    package func waitingCount(for wallet: String) -> Int { questions.waitingCount(for: wallet) }

    // MARK: Analyzing

    /// Looks at a wallet's past, or tells what was found within the hour.
    ///
    /// - Throws: `OracleError`: `.invalidWallet`, `.busy`, `.cancelled`. What cannot be written down is given all the same.
    package func analyze(_ text: String) async throws(OracleError) -> AnalyzedWallet {
        guard let wallet = SolanaAddress(text) else { throw .invalidWallet }
        let name = wallet.description
        if let answer = atHand(name) { return answer }
        return try await questions.answer(to: name) { () throws(OracleError) in
            // Whoever waited before may have had it worked out.
            if let answer = atHand(name) { return answer }
            let before = await stored(name)
            if let before, !before.isStale(at: now()) {
                kept.keep(KeptReport(report: before, holdsUntil: before.staleAfter), of: name)
                return AnalyzedWallet(report: before, origin: .store, isStale: false)
            }
            return try await lookUp(wallet, before: before)
        }
    }

    private func atHand(_ wallet: String) -> AnalyzedWallet? {
        let time = now()
        guard let found = kept[wallet], time <= found.holdsUntil else { return nil }
        return found.analyzed(from: .memory, at: time)
    }

    private func stored(_ wallet: String) async -> WalletReport? {
        do throws(StoreError) {
            return try await records.report(of: wallet)
        } catch {
            doors.onUnkept(error)
            return nil
        }
    }

    private func lookUp(
        _ wallet: SolanaAddress,
        before: WalletReport?
    ) async throws(OracleError) -> AnalyzedWallet {
        let (time, settings) = (now(), settings)
        let past = await doors.history.past(of: wallet, since: time.advanced(by: .zero - settings.window))
        // Whoever goes away is no reason to say something of what was not asked to the end.
        guard !Task.isCancelled else { throw .cancelled }
        let holdsUntil = time.advanced(by: settings.retryAfter)
        // An old report says more than none, and one with trades more than a mere count.
        let saysLess = past.transactions == nil || (past.history == nil && before?.metrics.volume != nil)
        if saysLess, let before, before.rule != .noData {
            let found = KeptReport(report: before, holdsUntil: holdsUntil)
            kept.keep(found, of: before.wallet)
            return found.analyzed(from: .store, at: time)
        }
        let report = WalletReport(
            wallet: wallet.description,
            metrics: await metrics(of: wallet, past, at: time, settings),
            window: settings.window,
            sources: past.notes,
            madeAt: time,
            staleAfter: past.transactions == nil ? settings.retryAfter : settings.cacheFor
        )
        kept.keep(KeptReport(report: report, holdsUntil: report.staleAfter), of: report.wallet)
        await save(report)
        return AnalyzedWallet(report: report, origin: .sources, isStale: false)
    }

    private func save(_ report: WalletReport) async {
        do throws(StoreError) { try await records.save(report) } catch { doors.onUnkept(error) }
    }

    // MARK: Figures

    private func metrics(
        of wallet: SolanaAddress,
        _ past: WalletPast,
        at time: Timestamp,
        _ settings: OracleSettings
    ) async -> WalletMetrics {
        var metrics = WalletMetrics()
        let sentiment = await doors.sentiment(wallet.description)
        metrics.sentiment = sentiment
        guard let transactions = past.transactions else { return metrics }
        if let history = past.history {
            let order = OracleFigures.Order(
                history: history,
                firstEver: past.firstEver,
                sentiment: sentiment,
                now: time,
                window: settings.window,
                assets: settings.assets
            )
            let from = history.oldest ?? time
            let prices = await doors.prices(settings.assets.quotes, from, time)
            // With no thread free it is worked out here: late is better than never.
            do throws(WorkRefused) {
                metrics = try await threads.run { OracleFigures.metrics(order, prices) }
            } catch {
                metrics = OracleFigures.metrics(order, prices)
            }
        } else if let first = past.firstEver, first <= time {
            metrics.daysActive = Int(first.duration(to: time).components.seconds / 86_400)
        }
        // One source may have counted what another has not read.
        metrics.transactions = max(metrics.transactions ?? 0, transactions)
        return metrics
    }

    // MARK: Reports

    /// The last report of a wallet, signed; nobody is asked for a newer one.
    ///
    /// - Throws: `OracleError`: `.invalidWallet`, `.notFound`, `.unavailable` without a key, `.store`.
    package func signedReport(of text: String) async throws(OracleError) -> SignedReport {
        guard let wallet = SolanaAddress(text) else { throw .invalidWallet }
        guard let signer else { throw .unavailable("the station has no key to sign reports with") }
        do {
            let known = kept[wallet.description]?.report
            guard let report = if let known { known } else { try await records.report(of: wallet.description) } else {
                throw OracleError.notFound
            }
            return try SignedReport(report, keyID: signer.keyID, sign: signer.sign)
        } catch let error as OracleError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .unavailable("the report cannot be signed")
        }
    }

    /// What is known of a wallet without asking anybody; `nil` when that is nothing.
    func known(_ wallet: String) async -> WalletReport? {
        if let found = kept[wallet] { return found.report }
        return await stored(wallet)
    }
}
