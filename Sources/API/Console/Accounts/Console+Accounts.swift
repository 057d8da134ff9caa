import Bus
import Domain
import HTTPTypes
import Hummingbird
import Identity

extension Console {
    /// Logging in and out, and everybody's own account.
    func accountRoutes(_ accounts: ConsoleAccounts) -> [Route] {
        [
            logInPage, logIn(accounts), logOut(accounts), account(accounts), endSession(accounts), makeKey(accounts),
            revokeKey(accounts), changePassword(accounts),
        ]
    }

    /// Everybody who is known has an account, but no key may touch it.
    private static let own = Route.Access.role(.viewer, scope: .account)

    // MARK: Logging in and out

    private var logInPage: Route {
        .page("/login", access: .anyone, summary: "Where people log in", query: ["next"]) {
            [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let page = LogInPage(next: Console.next(Console.query(request)["next"]), person: visit.person?.email)
            return PageAnswer(page.framed(visit))
        }
    }

    private func logIn(_ accounts: ConsoleAccounts) -> Route {
        .form(
            "/login",
            access: .anyone,
            summary: "Logs a browser in",
            limit: .logIn,
            fields: ["email", "password", "next"],
            answers: [303: "Logged in, with a cookie; on to the next page."]
        ) { [self] (form, request, call) async throws(APIError) in
            guard let email = form.text("email") else {
                throw APIError(faults: [InputFault(field: "email", message: "is missing")])
            }
            // There is no session yet that a token could be made of; the browser says where the form comes from.
            try Admission.checkOrigin(of: request)
            let next = Console.next(form.text("next"))
            do throws(ConsoleAccounts.LogInFailure) {
                let origin = Console.origin(call)
                let loggedIn = try await accounts.logIn(email, form.exact("password"), origin)
                var answer = PageAnswer.seeOther(next ?? Console.home(of: loggedIn.person))
                answer.headers[.setCookie] = SessionCookie.set(
                    loggedIn.secret,
                    isSecure: SessionCookie.isSecure(request)
                )
                return answer
            } catch {
                guard FailurePages.isForBrowser(request) else { throw APIError(error) }
                let page = LogInPage(next: next, email: String(email.prefix(254)), failure: error)
                var answer = PageAnswer(page.framed(visit(request, call)), status: error.code.status)
                answer.headers[.retryAfter] = error.retryAfterSeconds.map { "\($0)" }
                if error == .wrong { answer.headers[.wwwAuthenticate] = "Bearer" }
                return answer
            }
        }
    }

    private func logOut(_ accounts: ConsoleAccounts) -> Route {
        .form(
            "/logout",
            access: Console.own,
            summary: "Ends a browser's session",
            fields: [],
            answers: [303: "Logged out; on to the public page."]
        ) { (_, request, call) async throws(APIError) in
            try await accounts.logOut(try Console.person(call), Console.origin(call))
            var answer = PageAnswer.seeOther("/")
            answer.headers[.setCookie] = SessionCookie.cleared
            return answer
        }
    }

    // MARK: The account

    private func account(_ accounts: ConsoleAccounts) -> Route {
        .page("/account", access: Console.own, summary: "Who I am, my sessions and my keys") {
            [self] (request, call) async throws(APIError) in
            let person = try Console.person(call)
            let visit = visit(request, call)
            let page = AccountPage(
                visit: visit,
                person: person,
                sessions: await shown { () throws(APIError) in try await accounts.sessions(person) },
                keys: await shown { () throws(APIError) in try await accounts.keys(person) }
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private func endSession(_ accounts: ConsoleAccounts) -> Route {
        ownForm("/account/sessions/{id}/end", "Ends a session of mine") { (_, request, call) async throws(APIError) in
            let id = try Console.id(call)
            try await accounts.endSession(id, try Console.person(call), Console.origin(call))
            return "The session has ended."
        }
    }

    private func makeKey(_ accounts: ConsoleAccounts) -> Route {
        .form(
            "/account/keys",
            access: Console.own,
            summary: "Makes an API key",
            fields: ["name", "scope_read", "scope_write", "scope_control", "days"],
            answers: [201: "The key, shown this once."]
        ) { [self] (form, request, call) async throws(APIError) in
            let keyRequest = try Console.keyRequest(form)
            let key = try await accounts.makeKey(keyRequest, try Console.person(call), Console.origin(call))
            let page = NewKeyPage(key: key, keyName: keyRequest.name)
            return PageAnswer(page.framed(visit(request, call)), status: .created)
        }
    }

    private static func keyRequest(_ form: FormInput) throws(APIError) -> ConsoleAccounts.KeyRequest {
        guard let name = form.text("name") else {
            throw APIError(faults: [InputFault(field: "name", message: "is missing")])
        }
        let scopes = Scope.allCases.filter { form.text("scope_\($0.rawValue)") != nil }
        guard !scopes.isEmpty else {
            throw APIError(faults: [InputFault(field: "It may", message: "needs at least one choice")])
        }
        var days: Int?
        if let text = form.text("days") {
            guard let number = Int(text) else {
                throw APIError(faults: [InputFault(field: "days", message: "must be a whole number")])
            }
            days = number
        }
        return ConsoleAccounts.KeyRequest(name: name, scopes: Set(scopes), lifetimeDays: days)
    }

    private func revokeKey(_ accounts: ConsoleAccounts) -> Route {
        ownForm("/account/keys/{id}/revoke", "Revokes an API key of mine") {
            (_, request, call) async throws(APIError) in
            let id = try Console.id(call)
            try await accounts.revokeKey(id, try Console.person(call), Console.origin(call))
            return "The key has been revoked: whatever uses it is refused from now on."
        }
    }

    private func changePassword(_ accounts: ConsoleAccounts) -> Route {
        ownForm("/account/password", "Changes my password", fields: ["current", "new"]) {
            (form, request, call) async throws(APIError) in
            let (current, new) = (form.exact("current"), form.exact("new"))
            try await accounts.changePassword(current, new, try Console.person(call), Console.origin(call))
            return "The password has been changed, and your other sessions have ended."
        }
    }

    /// A form of the account page that ends in a sentence.
    private func ownForm(
        _ path: String,
        _ summary: String,
        fields: [String] = [],
        _ body: @escaping @Sendable (FormInput, Request, Route.Call) async throws(APIError) -> String
    ) -> Route {
        .form(
            path,
            access: Console.own,
            summary: summary,
            fields: fields,
            answers: [200: "Done."]
        ) { [self] (form, request, call) async throws(APIError) in
            let text = try await body(form, request, call)
            let page = DonePage(text: text, back: "/account", backName: "your account")
            return PageAnswer(page.framed(visit(request, call)))
        }
    }

    // MARK: What requests say

    /// Where to go after logging in; `nil` for what is no path of ours, and for those that lead straight out again.
    static func next(_ text: String?) -> OwnPath? {
        guard let path = text.flatMap({ OwnPath($0) }), !path.text.hasPrefix("/log") else { return nil }
        return path
    }

    /// Where somebody goes who does not say where.
    private static func home(of person: Principal) -> OwnPath { person.role >= .operator ? "/operations" : "/account" }

    private static func origin(_ call: Route.Call) -> ConsoleAccounts.Origin {
        ConsoleAccounts.Origin(address: call.address, userAgent: call.userAgent)
    }

    /// - Throws: `APIError` with `.unauthorized`, which the route's access has ruled out.
    static func person(_ call: Route.Call) throws(APIError) -> Principal {
        guard let person = call.principal else { throw .unknownCredential }
        return person
    }

    private static func id(_ call: Route.Call) throws(APIError) -> UUIDv7 {
        guard let id = call.parameters["id"].flatMap({ UUIDv7($0) }) else {
            throw APIError(.notFound, "There is nothing with this id.")
        }
        return id
    }
}
