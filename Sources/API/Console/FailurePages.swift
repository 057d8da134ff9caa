import HTTPTypes
import Hummingbird

/// What browsers see when a page cannot be shown: a page that says why and where to go from there.
package struct FailurePages: Sendable {
    private let console: Console
    private let pages: [PathTemplate]

    package init(_ console: Console) {
        self.console = console
        pages = console.all().filter { $0.group == Route.pages }.map { PathTemplate($0.path) }
    }

    /// - Parameters:
    ///   - failure: why the request is not answered.
    ///   - request: the request of somebody who looks at pages.
    ///   - context: what is known of it; its id stands on the page, for whoever has to find out more.
    ///   - exists: whether there is any route at its path.
    /// - Returns: `nil` where programs ask.
    func answer(_ failure: APIError, to request: Request, _ context: APIContext, exists: Bool) -> Response? {
        guard isForPage(request.uri.path, exists) else { return nil }
        if failure.code == .unauthorized { return PageAnswer.seeOther(logIn(behind: request)).response }
        let visit = console.visit(request, by: context.caller.principal)
        let isRead = request.method == .get || request.method == .head
        let page = FailurePage(
            failure: failure,
            requestID: context.requestID,
            isLoggedIn: context.caller.principal != nil && failure.code == .forbidden && isRead,
            back: isRead ? nil : OwnPath(Console.page(ofForm: request.uri.path))
        )
        var answer = PageAnswer(page.framed(visit), status: failure.code.status)
        if let seconds = failure.retryAfterSeconds { answer.headers[.retryAfter] = "\(seconds)" }
        if !failure.allowed.isEmpty { answer.headers[.allow] = failure.allowed.joined(separator: ", ") }
        return answer.response
    }

    /// Whether a request comes from somebody who reads pages; programs get the one error body.
    static func isForBrowser(_ request: Request) -> Bool { (request.headers[.accept] ?? "").contains("text/html") }

    private func isForPage(_ path: String, _ exists: Bool) -> Bool {
        // A path that does not exist is a page's unless it is where programs ask.
        exists ? pages.contains { $0.matches(path) } : !path.hasPrefix("/api")
    }

    /// The log-in page, which leads back here; a form that was sent is not sent again, but its page is shown.
    private func logIn(behind request: Request) -> OwnPath {
        let isRead = request.method == .get || request.method == .head
        let path = isRead ? request.uri.description : Console.page(ofForm: request.uri.path)
        return Console.logInPath(leadingTo: OwnPath(path))
    }
}
