import Bus
import Governance
import GovernanceRecords

/// What the treasury's page shows.
struct TreasurySheet: Sendable {
    /// What somebody has, in base units as decimal text.
    struct Balance: Hashable, Sendable {
        let party: TreasuryParty
        let holder: String
        let currency: String
        let amount: String
    }

    /// One movement of money.
    struct Entry: Hashable, Sendable {
        let id: UUIDv7
        let party: TreasuryParty
        let holder: String
        let currency: String
        /// In base units as decimal text; less than nothing for what was paid out.
        let amount: String
        /// `revenue`, `tip` or `withdrawal`.
        let kind: String
        let channel: String?
        let cause: String
        let note: String
        let at: Timestamp
    }

    let split: TreasurySplit
    let balances: [Balance]
    /// The newest first.
    let entries: [Entry]
    /// The last one's id when there may be more.
    let next: UUIDv7?
}

extension TreasurySheet {
    /// - Parameters:
    ///   - split: how income is divided.
    ///   - balances: of everybody.
    ///   - entries: the newest first.
    ///   - limit: how many of them were asked for.
    init(split: TreasurySplit, balances: [TreasuryBalance], entries: [TreasuryEntry], limit: Int) {
        self.init(
            split: split,
            balances: balances.map {
                Balance(party: $0.party, holder: $0.holder, currency: $0.currency, amount: String($0.amount))
            },
            entries: entries.map {
                Entry(
                    id: $0.id,
                    party: $0.party,
                    holder: $0.holder,
                    currency: $0.currency,
                    amount: String($0.amount),
                    kind: $0.kind,
                    channel: $0.channel,
                    cause: $0.cause,
                    note: $0.note,
                    at: $0.at
                )
            },
            next: entries.count == limit ? entries.last?.id : nil
        )
    }
}
