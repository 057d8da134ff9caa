import Domain

/// What the oracle says of one wallet.
struct OracleWalletPage: Page {
    /// What came of asking.
    enum Finding: Sendable {
        /// Nobody has asked for anything.
        case nothing
        /// The wallet was not looked at yet.
        case unasked
        case report(ReportSheet)
        case refused(APIError)
    }

    static let path: OwnPath = "/oracle/wallet"

    /// What stands in the field.
    let typed: String
    let finding: Finding
    let visit: Visit

    var name: String { "Wallet oracle" }
    var place: OwnPath? { visit.has(.operator) ? OraclePage.path : OracleWalletPage.path }

    var body: Markup {
        h1("Wallet oracle")
        switch finding {
        case .nothing: question()
        case .unasked:
            p(.class("lead")) { "The wallet was not looked at yet. Ask the oracle, and it is." }
            question()
        case .refused(let failure): question(failure)
        case .report(let sheet):
            ReportView(sheet: sheet, now: visit.now)
            question()
        }
        if visit.has(.operator) { p { a(.href(OraclePage.path)) { "All reports" } } }
    }

    private func question(_ failure: APIError? = nil) -> Markup {
        WalletQuestion(typed: typed, failure: failure, visit: visit).body
    }
}
