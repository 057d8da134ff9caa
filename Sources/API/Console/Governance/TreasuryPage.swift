import Bus
import Governance
import GovernanceRecords

/// What the treasury holds, for whom, how income is divided, and every movement.
struct TreasuryPage: Page {
    static let path: OwnPath = "/treasury"
    static let entriesShown = 50
    /// So many holders are listed; all of them are to be had by programs.
    static let holdersShown = 100

    let sheet: Shown<TreasurySheet>
    /// Whether it shows the movements behind an earlier page.
    let isOlder: Bool
    let now: Timestamp

    var name: String { "Treasury" }
    var place: OwnPath? { TreasuryPage.path }

    var body: Markup {
        h1("Treasury")
        p(.class("contact"), .id("contact"), .role("status")) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        switch sheet {
        case .failure(let failure): Unavailable(failure: failure)
        case .success(let sheet):
            SplitSection(split: sheet.split)
            balances(sheet)
            ledger(sheet)
        }
    }

    // MARK: Balances

    private func balances(_ sheet: TreasurySheet) -> Markup {
        section(.aria("labelledby", "balances")) {
            h2(.id("balances")) { "What there is" }
            if sheet.balances.isEmpty {
                p(.class("empty")) { "Nothing has come in yet." }
            } else {
                DataTable(name: "Sums of the parties", columns: sumColumns, rows: sums(sheet.balances).map(row))
                FoldedTable(
                    id: "holders",
                    text: "By holder",
                    table: DataTable(
                        name: "Balances of holders",
                        columns: [
                            DataTable.Column("Holder", .prose), DataTable.Column("Amount", .leadFigure),
                            DataTable.Column("Currency", .prose), DataTable.Column("Party"),
                        ],
                        rows: sheet.balances.prefix(TreasuryPage.holdersShown).map(row)
                    )
                )
                if sheet.balances.count > TreasuryPage.holdersShown {
                    p(.class("note")) { "And \(sheet.balances.count - TreasuryPage.holdersShown) more holders." }
                }
            }
            p(.class("note")) {
                "Balances are the sums of all movements. Amounts of SOL are in SOL, those of other tokens in their base "
                    + "units. "
                a(.href("/governance/treasury")) { "The same for programs" }
            }
        }
    }

    private var sumColumns: [DataTable.Column] {
        [
            DataTable.Column("Party"), DataTable.Column("Amount", .leadFigure), DataTable.Column("Currency", .prose),
            DataTable.Column("Holders", .figure),
        ]
    }

    /// One line for each party and currency.
    private struct Sum {
        let party: TreasuryParty
        let currency: String
        var amount: Int128
        var holders: Int
    }

    private func sums(_ balances: [TreasurySheet.Balance]) -> [Sum] {
        var sums: [Sum] = []
        for balance in balances {
            guard let amount = Int128(balance.amount) else { continue }
            let place = sums.firstIndex { $0.party == balance.party && $0.currency == balance.currency }
            if let place {
                sums[place].amount += amount
                sums[place].holders += 1
            } else {
                sums.append(Sum(party: balance.party, currency: balance.currency, amount: amount, holders: 1))
            }
        }
        return sums
    }

    private func row(_ sum: Sum) -> DataTable.Row {
        DataTable.Row([
            Markup(text: sum.party.words), amount(String(sum.amount), sum.currency), Markup(text: sum.currency),
            Markup(text: Figures.grouped("\(sum.holders)")),
        ])
    }

    private func row(_ balance: TreasurySheet.Balance) -> DataTable.Row {
        DataTable.Row([
            Markup(text: balance.holder), amount(balance.amount, balance.currency), Markup(text: balance.currency),
            Markup(text: balance.party.words),
        ])
    }

    // MARK: Movements

    private func ledger(_ sheet: TreasurySheet) -> Markup {
        section(.aria("labelledby", "ledger")) {
            h2(.id("ledger")) { isOlder ? "Older movements" : "The newest movements" }
            if sheet.entries.isEmpty {
                p(.class("empty")) { isOlder ? "There are no older ones." : "There are none yet." }
            } else {
                DataTable(
                    name: "Movements",
                    columns: [
                        DataTable.Column("When"), DataTable.Column("Amount", .leadFigure),
                        DataTable.Column("Currency", .prose), DataTable.Column("What"), DataTable.Column("Of", .prose),
                        DataTable.Column("For", .prose),
                    ],
                    rows: sheet.entries.map(row)
                )
            }
            if let next = sheet.next {
                p { a(.href(TreasuryPage.path.asking("before", next.description))) { "Older movements" } }
            }
            if isOlder { p { a(.href(TreasuryPage.path)) { "The newest" } } }
        }
    }

    private func row(_ entry: TreasurySheet.Entry) -> DataTable.Row {
        let party = entry.party.words
        let channel = entry.channel.map { ", channel \($0)" } ?? ""
        return DataTable.Row([
            Moment(entry.at, now: now).body,
            amount(entry.amount, entry.currency),
            Markup(text: entry.currency),
            Markup(text: entry.kind),
            Markup(text: entry.party == .creator ? "\(party) \(entry.holder)" : party),
            Markup(text: (entry.note.isEmpty ? entry.cause : "\(entry.note) (\(entry.cause))") + channel),
        ])
    }

    private func amount(_ units: String, _ currency: String) -> Markup {
        // A lamport is a thousand-millionth of a SOL. How finely other tokens are divided is not written down here.
        Markup(text: AmountText.decimal(units, places: currency == "SOL" ? 9 : 0))
    }
}

/// How what a channel takes in is divided.
struct SplitSection: View {
    let split: TreasurySplit

    var body: Markup {
        section(.aria("labelledby", "split")) {
            h2(.id("split")) { "How income is divided" }
            ul(.class("bars")) {
                part(TreasuryParty.creator, split.creatorBasisPoints, .good)
                part(TreasuryParty.relayers, split.relayersBasisPoints, .plain)
                part(TreasuryParty.dao, split.daoBasisPoints, .quiet)
            }
            p(.class("note")) {
                "Of what a channel takes in. A viewer's tip is the creator's alone, and what rounding leaves is the "
                    + "community's."
            }
        }
    }

    private func part(_ party: TreasuryParty, _ basisPoints: Int, _ tone: ShareBar.Tone) -> Markup {
        li {
            span(.class("name")) { party.words }
            span(.class("figure")) { AmountText.percent(basisPoints: basisPoints) }
            ShareBar(share: Double(basisPoints) / 10_000, tone: tone)
        }
    }
}

extension TreasuryParty {
    fileprivate var words: String {
        switch self {
        case .creator: "creators"
        case .relayers: "relayers"
        case .dao: "the community"
        }
    }
}
