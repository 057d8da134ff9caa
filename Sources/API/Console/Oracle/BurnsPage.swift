import Bus
import WalletAnalysis

/// All payments, page by page.
struct BurnsPage: Page {
    static let path: OwnPath = "/oracle/payments"
    static let paymentsShown = 50

    let book: Shown<BurnBook>
    /// Whether it shows those behind an earlier page.
    let isOlder: Bool
    let now: Timestamp

    var name: String { "Payments by burning" }
    var place: OwnPath? { OraclePage.path }

    var body: Markup {
        h1(isOlder ? "Older payments by burning" : "Payments by burning")
        p {
            "Each transaction pays once, for one place in the queue; the higher the priority, the earlier. The worth is "
                + "that of the moment when it was accepted."
        }
        switch book {
        case .failure(let failure): Unavailable(failure: failure)
        case .success(let book):
            BurnTable(book: book, isOlder: isOlder, now: now)
            if let next = book.next {
                p { a(.href(BurnsPage.path.asking("before", next.text))) { "Older payments" } }
            }
        }
        if isOlder { p { a(.href(BurnsPage.path)) { "The newest" } } }
        p { a(.href(OraclePage.path)) { "The oracle" } }
    }
}
