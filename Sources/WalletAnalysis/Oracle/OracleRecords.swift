import Bus
import Domain
import JSON
import Store
import WalletOracle

/// What the oracle keeps, over the store of either engine.
struct OracleRecords: Sendable {
    let store: any Storage
    private let author = Incarnation(of: "oracle")

    init(store: any Storage) { self.store = store }

    // MARK: Reports

    /// The last report of a wallet; `nil` when there is none.
    func report(of wallet: String) async throws(StoreError) -> WalletReport? {
        guard let row = try await store.query(OracleSQL.report, [.text(wallet)]).first else { return nil }
        guard let text = row[0].text else { throw StoreError(.corrupt, "wallet_analytics") }
        do throws(WalletReport.Problem) {
            return try WalletReport(parsing: Array(text.utf8))
        } catch {
            throw StoreError(.corrupt, "wallet_analytics", detail: "\(error)")
        }
    }

    /// Writes a report down and tells of it, and of another tier than before.
    func save(_ report: WalletReport) async throws(StoreError) {
        let bytes = report.bytesToSign
        let arguments: [SQLValue] = [
            .text(report.wallet), SQLValue(report.metrics.totalProfit?.description),
            SQLValue(report.metrics.counts.closedTrades), SQLValue(report.tier.rawValue),
            SQLValue(RiskFlag.score(report.flags)), SQLValue(report.madeAt), SQLValue(report.staleAfter),
            .text(OracleRecords.text(of: report.sources)), .text(String(decoding: bytes, as: UTF8.self)),
        ]
        try await commit { transaction in
            let before = try transaction.rows(OracleSQL.hold, [.text(report.wallet)]).first
            // Somebody else has written a newer one meanwhile.
            if let time = before?[1].time, time > report.madeAt { return }
            try transaction.execute(OracleSQL.save, arguments)
            try transaction.append(WalletAnalysisCompleted(report))
            guard let tier = before?[0].int, tier != report.tier.rawValue else { return }
            try transaction.append(
                WalletTierChanged(
                    wallet: report.wallet,
                    before: tier,
                    tier: report.tier.rawValue,
                    rule: report.rule.rawValue
                )
            )
        }
    }

    private static func text(of sources: [SourceNote]) -> String {
        JSONValue.array(
            sources.map { source in
                [
                    "name": .string(source.name), "state": .string(source.completeness.name),
                    "reason": source.completeness.reason.map { .string($0) } ?? .null,
                ]
            }
        ).description
    }

    // MARK: Intros

    func intros(of wallet: String) async throws(StoreError) -> IntroHistory {
        OracleRecords.history(
            try await store.query(OracleSQL.intros, [.text(wallet), SQLValue(IntroHistory.keptMax)])
        )
    }

    /// Writes down what is said to a wallet, and forgets the oldest.
    ///
    /// - Parameters:
    ///   - text: the line.
    ///   - wallet: who hears it.
    ///   - now: when.
    ///   - evenAgain: whether a line is kept that was said within the hour.
    /// - Returns: `false` when it was, and nothing is written down.
    /// - Throws: `StoreError`.
    func note(
        _ text: String,
        to wallet: String,
        at now: Timestamp,
        evenAgain: Bool
    ) async throws(StoreError) -> Bool {
        try await commit { transaction in
            let rows = try transaction.rows(
                OracleSQL.intros,
                [.text(wallet), SQLValue(IntroHistory.keptMax)]
            )
            guard evenAgain || !OracleRecords.history(rows).isRepeat(text, at: now) else { return false }
            let place = (rows.first?[0].integer ?? 0) + 1
            try transaction.execute(
                OracleSQL.insertIntro,
                [.text(wallet), SQLValue(now), .integer(place), .text(text)]
            )
            try transaction.execute(
                OracleSQL.forgetIntros,
                [.text(wallet), .integer(place - Int64(IntroHistory.keptMax))]
            )
            try transaction.execute(OracleSQL.noteIntro, [.text(wallet), SQLValue(now), .text(text)])
            return true
        }
    }

    private static func history(_ rows: [SQLRow]) -> IntroHistory {
        IntroHistory(
            rows.reversed().compactMap { row in
                guard let text = row[1].text, let time = row[2].time else { return nil }
                return IntroHistory.Entry(text: text, at: time)
            }
        )
    }

    private func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.failed, "oracle", detail: "\(error)")
        }
    }
}

extension WalletAnalysisCompleted {
    fileprivate init(_ report: WalletReport) {
        self.init(
            wallet: report.wallet,
            tier: report.tier.rawValue,
            rule: report.rule.rawValue,
            flags: report.flags.map(\.rawValue),
            riskScore: RiskFlag.score(report.flags),
            isComplete: report.isComplete,
            policy: report.policy,
            madeAt: report.madeAt
        )
    }
}
