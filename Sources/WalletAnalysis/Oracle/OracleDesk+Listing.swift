package import Bus
import Chains
import Store
package import WalletOracle

/// A wallet's last report, as a list shows it.
package struct ListedReport: Hashable, Sendable {
    package let wallet: String
    package let tier: WalletTier
    /// 0 to 100.
    package let riskScore: Int
    package let madeAt: Timestamp
    package let staleAfter: Timestamp
    /// All of it; `nil` where it is written as this release does not read it.
    package let report: WalletReport?

    package var place: ListingPlace { ListingPlace(time: madeAt, name: wallet) }
}

extension OracleDesk {
    /// The most that one page of a list may have.
    package static let listedMax = 100

    /// The last report of each wallet, the newest first; nobody is asked for newer ones.
    ///
    /// - Parameters:
    ///   - before: only those behind this place.
    ///   - limit: 1 to `listedMax`.
    /// - Returns: the reports.
    /// - Throws: `OracleError` with `.store`.
    package func reports(before: ListingPlace? = nil, limit: Int = 20) async throws(OracleError) -> [ListedReport] {
        let place = before ?? .start
        do throws(StoreError) {
            let rows = try await records.store.query(
                ListingSQL.reports,
                [SQLValue(place.time), .text(place.name), SQLValue(min(OracleDesk.listedMax, max(1, limit)))]
            )
            return try rows.map(ListedReport.init)
        } catch {
            throw .store(error)
        }
    }

    /// The last report of a wallet as it is kept; nobody is asked for a newer one.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: `OracleError`: `.invalidWallet`, `.store`.
    package func kept(_ text: String) async throws(OracleError) -> AnalyzedWallet? {
        guard let wallet = SolanaAddress(text) else { throw .invalidWallet }
        do throws(StoreError) {
            guard let report = try await records.report(of: wallet.description) else { return nil }
            return AnalyzedWallet(report: report, origin: .store, isStale: report.isStale(at: now()))
        } catch {
            throw .store(error)
        }
    }

    /// This very report, signed.
    ///
    /// - Returns: `nil` while there is no key.
    /// - Throws: `OracleError` with `.unavailable` where the key does not sign.
    package func signed(_ report: WalletReport) throws(OracleError) -> SignedReport? {
        guard let signer else { return nil }
        do {
            return try SignedReport(report, keyID: signer.keyID, sign: signer.sign)
        } catch {
            throw .unavailable("the report cannot be signed")
        }
    }
}

extension ListedReport {
    /// - Throws: `StoreError` with `.corrupt` for a row that cannot be one.
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        guard let wallet = row[0].text, let tier = row[1].int.flatMap(WalletTier.init(rawValue:)),
            let riskScore = row[2].int, let madeAt = row[3].time, let staleAfter = row[4].time, let text = row[5].text
        else { throw StoreError(.corrupt, "wallet_analytics") }
        self.init(
            wallet: wallet,
            tier: tier,
            riskScore: riskScore,
            madeAt: madeAt,
            staleAfter: staleAfter,
            // One report of another release is no reason to show none at all; the list says that it cannot be read.
            report: try? WalletReport(parsing: Array(text.utf8))
        )
    }
}

/// The statement about all wallets.
private enum ListingSQL {
    /// Arguments: analyzed_at, wallet, limit.
    static let reports: SQL = """
        SELECT wallet, tier, risk_score, analyzed_at, stale_after, report FROM wallet_analytics
        WHERE analyzed_at < ?1 OR (analyzed_at = ?1 AND wallet < ?2)
        ORDER BY analyzed_at DESC, wallet DESC LIMIT ?3
        """
}
