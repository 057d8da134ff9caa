import Bus
import Domain
import WalletAnalysis
import WalletOracle

/// Payments, the newest first.
struct BurnBook: Sendable {
    let payments: [KeptBurn]
    /// `nil` where nobody can say how finely it is divided.
    let token: ConsoleOracle.Token?
    /// Where the next ones begin, when there may be more.
    let next: ListingPlace?

    init(payments: [KeptBurn], token: ConsoleOracle.Token?, limit: Int) {
        self.payments = payments
        self.token = token
        next = payments.count == limit ? payments.last?.place : nil
    }

    /// Of another token than today's nothing is known.
    func decimals(of payment: KeptBurn) -> Int? { token?.mint == payment.mint ? token?.decimals : nil }
}

/// Shows them.
struct BurnTable: View {
    let book: BurnBook
    var isOlder = false
    let now: Timestamp

    var body: Markup {
        if book.payments.isEmpty {
            p(.class("empty")) { isOlder ? "There are no older ones." : "Nobody has paid yet." }
        } else {
            DataTable(
                name: "Payments",
                columns: [
                    DataTable.Column("Accepted"), DataTable.Column("Worth", .leadFigure),
                    DataTable.Column("Amount", .figure), DataTable.Column("Wallet", .prose),
                    DataTable.Column("Transaction", .prose), DataTable.Column("Tier"),
                    DataTable.Column("Priority", .figure),
                ],
                rows: book.payments.map(row)
            )
        }
    }

    private func row(_ payment: KeptBurn) -> DataTable.Row {
        let worth = book.decimals(of: payment).flatMap { payment.dollars(decimals: $0) }.map(OracleText.dollars)
        let wallet = Tag("a")(.href(OracleWalletPage.path.asking("wallet", payment.wallet))) {
            Tag("code")(payment.wallet)
        }
        return DataTable.Row([
            Moment(payment.acceptedAt, now: now).body,
            Markup(text: worth ?? OracleText.unknown),
            amount(of: payment),
            wallet,
            Tag("code")(payment.signature),
            Markup(text: "\(payment.tier.rawValue)"),
            Markup(text: "\(payment.priority)"),
        ])
    }

    private func amount(of payment: KeptBurn) -> Markup {
        let units = "\(payment.paid)"
        guard let places = book.decimals(of: payment) else {
            return Markup(text: "\(Figures.grouped(units)) base units")
        }
        return Markup(text: "\(AmountText.decimal(units, places: places)) tokens")
    }
}
