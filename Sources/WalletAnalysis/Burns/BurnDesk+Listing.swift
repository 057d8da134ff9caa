package import Bus
package import Domain
import Store
package import WalletOracle

/// A payment as it is kept.
package struct KeptBurn: Hashable, Sendable {
    package let signature: String
    package let slot: Int64
    /// The token.
    package let mint: String
    package let wallet: String
    /// In base units, as the others: gone already, still to be burned by the station, and the treasury's.
    package let burned: Int64
    package let toBurn: Int64
    package let toTreasury: Int64
    /// What it took.
    package let required: Int64
    package let price: LivePrice
    package let tier: WalletTier
    /// 11 to 15; the higher the earlier.
    package let priority: Int
    package let acceptedAt: Timestamp

    package var place: ListingPlace { ListingPlace(time: acceptedAt, name: signature) }

    /// All that was given, in base units.
    package var paid: Int128 { Int128(burned) + Int128(toBurn) + Int128(toTreasury) }

    /// What it was worth when it was taken, in dollars and cents.
    ///
    /// - Parameter decimals: how finely the token is divided.
    /// - Returns: `nil` for what has too many digits.
    package func dollars(decimals: Int) -> ExactDecimal? {
        let (value, isTooMuch) = paid.multipliedReportingOverflow(by: price.dollars.significand)
        let scale = price.dollars.scale + decimals
        guard !isTooMuch, (0...ExactDecimal.scaleMax).contains(scale), decimals >= 0 else { return nil }
        return ExactDecimal(significand: value, scale: scale).rounded(toScale: 2)
    }
}

extension BurnDesk {
    /// The most that one page of a list may have.
    package static let listedMax = 100

    /// Payments that were taken, the newest first.
    ///
    /// - Parameters:
    ///   - before: only those behind this place.
    ///   - limit: 1 to `listedMax`.
    /// - Returns: the payments.
    /// - Throws: `BurnError` with `.store`.
    package func payments(before: ListingPlace? = nil, limit: Int = 20) async throws(BurnError) -> [KeptBurn] {
        let place = before ?? .start
        do throws(StoreError) {
            let rows = try await store.query(
                ListingSQL.payments,
                [SQLValue(place.time), .text(place.name), SQLValue(min(BurnDesk.listedMax, max(1, limit)))]
            )
            return try rows.map(KeptBurn.init)
        } catch {
            throw .store(error)
        }
    }
}

extension KeptBurn {
    /// - Throws: `StoreError` with `.corrupt` for a row that cannot be one.
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        guard let signature = row[0].text, let slot = row[1].integer, let mint = row[2].text,
            let wallet = row[3].text, let burned = row[4].integer, let toBurn = row[5].integer,
            let toTreasury = row[6].integer, let required = row[7].integer,
            let dollars = row[8].text.flatMap({ ExactDecimal($0) }), let pricedAt = row[9].time,
            let tier = row[10].int.flatMap(WalletTier.init(rawValue:)), let priority = row[11].int,
            let acceptedAt = row[12].time
        else { throw StoreError(.corrupt, "burn_payment") }
        self.init(
            signature: signature,
            slot: slot,
            mint: mint,
            wallet: wallet,
            burned: burned,
            toBurn: toBurn,
            toTreasury: toTreasury,
            required: required,
            price: LivePrice(dollars: dollars, at: pricedAt),
            tier: tier,
            priority: priority,
            acceptedAt: acceptedAt
        )
    }
}

/// The statement about all payments.
private enum ListingSQL {
    /// Arguments: accepted_at, signature, limit.
    static let payments: SQL = """
        SELECT signature, slot, mint, burner, burned, treasury_to_burn, treasury_kept, required, price_usd, price_at,
            tier, priority, accepted_at
        FROM burn_payment WHERE accepted_at < ?1 OR (accepted_at = ?1 AND signature < ?2)
        ORDER BY accepted_at DESC, signature DESC LIMIT ?3
        """
}
