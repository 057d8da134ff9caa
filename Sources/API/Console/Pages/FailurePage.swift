import HTTPTypes

/// Why a page cannot be shown, and where to go from here.
struct FailurePage: Page {
    let failure: APIError
    let requestID: String
    /// Whether somebody is logged in who may not see the page.
    let isLoggedIn: Bool
    /// The page of the form that was sent.
    let back: OwnPath?

    var place: OwnPath? { nil }

    var name: String {
        switch failure.code {
        case .notFound: "Not found"
        case .forbidden: "Not allowed"
        case .tooManyRequests: "Too many requests"
        case .unavailable: "Not available"
        case .internalError: "Something went wrong"
        case .conflict: "Not done"
        default: "The request is not as it should be"
        }
    }

    var body: Markup {
        h1(name)
        p(.class("lead")) { failure.message }
        if !failure.faults.isEmpty {
            ul { for fault in failure.faults { li { "\(fault.field) \(fault.message)" } } }
        }
        p {
            if let back {
                a(.href(back)) { "Back to where you were" }
            } else {
                a(.href("/")) { "To what is on the air" }
            }
            if isLoggedIn {
                " · "
                a(.href("/account")) { "To your account" }
                " · "
                a(.href("/login")) { "Log in as somebody else" }
            }
        }
        p(.class("note")) {
            "Status \(failure.code.status.code) · request "
            code(requestID)
        }
    }
}
