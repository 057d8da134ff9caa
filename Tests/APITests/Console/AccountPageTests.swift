import Bus
import Domain
import HTTPClient
import Identity
import JSON
import Testing
import Threading

@testable import API

/// Logging in and out, and the account page.
@Suite(.timeLimit(.minutes(1))) struct AccountPageTests {
    /// What the console has asked of the accounts.
    private final class Book: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private let book = Book()
    private let id = UUIDv7(high: 7, low: 8)
    private let other = UUIDv7(high: 7, low: 9)

    private func accounts(keyName: String = "bot") -> ConsoleAccounts {
        let now = ConsoleSample.now
        let session = { @Sendable (id: UUIDv7, agent: String) in
            ConsoleAccounts.Session(
                id: id,
                kind: "browser",
                address: "192.0.2.7",
                userAgent: agent,
                createdAt: now.advanced(by: .seconds(-60)),
                lastUsedAt: now,
                expiresAt: now.advanced(by: .seconds(60))
            )
        }
        let (book, id, other) = (book, id, other)
        return ConsoleAccounts(
            logIn: { (email, password, origin) async throws(ConsoleAccounts.LogInFailure) in
                book.note("log in \(email) \(password) \(origin.userAgent)")
                switch password {
                case "right": break
                case "locked": throw .locked(seconds: 840)
                case "often": throw .tooOften(seconds: 30)
                default: throw .wrong
                }
                guard let role = Role(rawValue: String(email.prefix { $0 != "@" })) else { throw .wrong }
                let proof = Principal.Proof.session(id)
                let person = Principal(userID: id, email: email, role: role, tier: .free, proof: proof)
                return ConsoleAccounts.LoggedIn(secret: role.rawValue, person: person)
            },
            logOut: { person, _ in book.note("log out \(person.email)") },
            sessions: { _ in [session(id, "This browser"), session(other, ConsoleSample.hostile)] },
            endSession: { id, person, _ in book.note("end \(id) \(person.email)") },
            keys: { _ in
                [
                    ConsoleAccounts.Key(
                        id: other,
                        name: keyName,
                        prefix: "ccfm_abc",
                        scopes: [.read, .control],
                        createdAt: now,
                        lastUsedAt: nil,
                        expiresAt: now.advanced(by: .seconds(864_000))
                    )
                ]
            },
            makeKey: { request, person, _ in
                let scopes = request.scopes.map(\.rawValue).sorted().joined(separator: "+")
                book.note("key \(request.name) \(scopes) \(request.lifetimeDays ?? 0) \(person.email)")
                return "ccfm_secret"
            },
            revokeKey: { (id, _, _) async throws(APIError) in
                guard id == other else { throw APIError(.notFound, "There is no such key.") }
                book.note("revoke \(id)")
            },
            changePassword: { current, new, _, _ in book.note("password \(current) \(new)") }
        )
    }

    // MARK: Logging in

    @Test func `whoever logs in gets a cookie that scripts and other sites cannot use`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let form = ["email": "client@example.org", "password": "right"]
            let answer = try await Browser(ask: ask).post("/login", form)
            #expect(answer.status == 303 && answer.headers["location"] == "/account")
            let cookie = try #require(answer.headers["set-cookie"])
            #expect(cookie.hasPrefix("cryptocall_session=client; Path=/; Max-Age="))
            #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict"))
            #expect(book.all == ["log in client@example.org right Browser/1"])
            // Behind a proxy that ends TLS, the browser sees https and says so.
            let secure = try await Browser(ask: ask, scheme: "https").post("/login", form)
            #expect(secure.headers["set-cookie"]?.hasSuffix("; Secure") == true)
            let page = try await Browser(ask: ask, cookie: "client").get("/")
            #expect(page.text.contains("Log out") && !page.text.contains("/operations"))
        }
    }

    @Test(arguments: [
        ("/operations/audit?before=3", "/operations/audit?before=3"), ("//elsewhere.example", "/operations"),
        ("https://elsewhere.example", "/operations"), ("/\\elsewhere.example", "/operations"),
        ("/logout", "/operations"), ("", "/operations"),
    ])
    func `logging in leads on to a page of ours, and nowhere else`(next: String, location: String) async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let form = ["email": "operator@example.org", "password": "right", "next": next]
            let answer = try await Browser(ask: ask).post("/login", form)
            #expect(answer.status == 303 && answer.headers["location"] == location)
        }
    }

    @Test func `a failure is told in plain words, and keeps the email`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let browser = Browser(ask: ask)
            let form = ["email": "\"><b>@example.org", "password": "wrong", "next": "/account"]
            let wrong = try await browser.post("/login", form)
            #expect(wrong.status == 401 && wrong.headers["set-cookie"] == nil)
            #expect(wrong.text.contains("The email or the password is wrong."))
            #expect(wrong.text.contains("value=\"&quot;&gt;&lt;b&gt;@example.org\"") && !wrong.text.contains("<b>"))
            #expect(wrong.text.contains("name=\"next\" value=\"/account\"") && !wrong.text.contains("value=\"wrong\""))
            let locked = try await browser.post("/login", ["email": "a@example.org", "password": "locked"])
            #expect(locked.status == 429 && locked.headers["retry-after"] == "840")
            #expect(locked.text.contains("this account is locked. Try again in 14 min."))
            let often = try await browser.post("/login", ["email": "a@example.org", "password": "often"])
            #expect(often.status == 429 && often.text.contains("tried too often. Try again in 30 s."))
        }
    }

    @Test func `a program that fails to log in gets the one error body`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            var headers: HTTPHeaders = ["content-type": "application/x-www-form-urlencoded"]
            let foreign = try await ask(.post, "/login", headers, "email=a%40example.org&password=wrong")
            #expect(foreign.status == 403)
            headers["origin"] = "http://127.0.0.1:\(ask.port)"
            let wrong = try await ask(.post, "/login", headers, "email=a%40example.org&password=wrong")
            #expect(wrong.status == 401 && wrong.headers["www-authenticate"] == "Bearer")
            #expect(try JSONValue(parsing: wrong.body)["error"]?.string == "unauthorized")
            let locked = try await ask(.post, "/login", headers, "email=a%40example.org&password=locked")
            #expect(locked.status == 429 && locked.headers["retry-after"] == "840")
        }
    }

    @Test func `a form with a field that it does not have is refused whole`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let answer = try await Browser(ask: ask, cookie: "client").post("/logout", ["reason": "x"])
            #expect(answer.status == 422 && answer.text.contains("reason is not known here"))
            #expect(book.all.isEmpty)
        }
    }

    @Test func `nobody is logged in by a form of another site`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let form = ["email": "client@example.org", "password": "right"]
            for origin in ["https://elsewhere.example", "null", "http://127.0.0.1"] {
                let answer = try await Browser(ask: ask).post("/login", form, origin: origin)
                #expect(answer.status == 403 && answer.headers["set-cookie"] == nil, "\(origin)")
            }
            #expect(book.all.isEmpty)
        }
    }

    // MARK: Doors

    @Test func `a stranger is led to the log-in and back, a program is told`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let browser = Browser(ask: ask)
            let away = try await browser.get("/account?x=1")
            #expect(away.status == 303 && away.headers["location"] == "/login?next=%2Faccount%3Fx%3D1")
            let page = try await browser.get("/login?next=%2Faccount")
            #expect(page.text.contains("name=\"next\" value=\"/account\""))
            let foreign = try await browser.get("/login?next=%2F%2Felsewhere.example")
            #expect(!foreign.text.contains("elsewhere"))
            let gone = try await Browser(ask: ask, cookie: "gone").post("/account/password", [:])
            #expect(gone.status == 303 && gone.headers["location"] == "/login?next=%2Faccount")
            let program = try await ask(.get, "/account")
            #expect(program.status == 401)
            #expect(try JSONValue(parsing: program.body)["error"]?.string == "unauthorized")
        }
    }

    // MARK: The account

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 "
                + "Safari/537.36 Edg/156.0.0.0", "Edge on Windows"
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                + "Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"
        ), ("curl/8.5.0", "curl/8.5.0"), ("<b>Firefox/1</b>", "<b>Firefox/1</b>"),
    ])
    func `a browser has a short name, anything else its own`(userAgent: String, name: String) {
        #expect(ClientName.short(userAgent) == name)
    }

    @Test func `the account shows sessions and keys, with hostile names as text`() async throws {
        try await ConsoleSample().serving(accounts: accounts(keyName: ConsoleSample.hostile)) { ask in
            let page = try await Browser(ask: ask, cookie: "client").get("/account").text
            #expect(page.contains("client@example.org") && page.contains("192.0.2.7"))
            #expect(page.contains("This one") && page.contains("/account/sessions/\(other)/end"))
            #expect(!page.contains("/account/sessions/\(id)/end"))
            #expect(page.contains("ccfm_abc") && page.contains("read, control"))
            #expect(!page.contains("alert(\"x\")") && page.contains("&lt;script&gt;alert(&quot;x&quot;)"))
        }
    }

    @Test func `keys are made, shown once, and revoked`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let browser = Browser(ask: ask, cookie: "client")
            let form = ["name": " my bot ", "scope_read": "yes", "scope_write": "yes", "days": "90"]
            let made = try await browser.post("/account/keys", form)
            #expect(made.status == 201 && made.headers["cache-control"] == "no-store")
            #expect(made.text.components("ccfm_secret") == 1)
            #expect(try await browser.post("/account/keys", ["name": "bot"]).status == 422)
            #expect(
                try await browser.post("/account/keys", ["name": "bot", "scope_read": "yes", "days": "x"]).status == 422
            )
            #expect(try await browser.post("/account/keys/\(other)/revoke", [:]).status == 200)
            let missing = try await browser.post("/account/keys/\(id)/revoke", [:])
            #expect(missing.status == 404 && missing.text.contains("There is no such key."))
            #expect(try await browser.post("/account/keys/x/revoke", [:]).status == 404)
            #expect(try await browser.post("/account/sessions/\(other)/end", [:]).status == 200)
            #expect(try await browser.post("/account/password", ["current": " a ", "new": " b "]).status == 200)
            let logOut = try await browser.post("/logout", [:])
            #expect(logOut.status == 303 && logOut.headers["location"] == "/")
            #expect(logOut.headers["set-cookie"]?.contains("Max-Age=0") == true)
            #expect(
                book.all == [
                    "key my bot read+write 90 client@example.org", "revoke \(other)",
                    "end \(other) client@example.org", "password  a   b ", "log out client@example.org",
                ]
            )
        }
    }

    @Test func `every field of the page's forms is one that the form takes`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let browser = Browser(ask: ask, cookie: "client")
            let page = try await browser.get("/account").text
            var paths: Set<String> = []
            for form in page.split(separator: "<form ").dropFirst() {
                let markup = String(form.split(separator: "</form>")[0])
                let path = try #require(values(of: "action", in: " " + markup).first)
                paths.insert(path)
                let names = Set(values(of: "name", in: markup)).subtracting([FormToken.field])
                let fields = Dictionary(uniqueKeysWithValues: names.map { ($0, "1") })
                let answer = try await browser.post(path, fields)
                #expect(!answer.text.contains("is not known here"), "\(path) \(names)")
            }
            #expect(paths.contains("/account/password") && paths.contains("/account/keys"))
        }
    }

    private func values(of attribute: String, in markup: String) -> [String] {
        markup.split(separator: " \(attribute)=\"").dropFirst().map { String($0.split(separator: "\"")[0]) }
    }

    @Test func `a form without the session's own token does nothing`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let browser = Browser(ask: ask, cookie: "client")
            for token in ["", "x", FormToken(secret: "viewer").text] {
                let answer = try await browser.post("/logout", [:], token: token)
                #expect(answer.status == 403 && answer.text.contains("Load the page again."))
            }
            #expect(try await browser.post("/logout", [:], origin: "https://elsewhere.example").status == 403)
            #expect(book.all.isEmpty)
        }
    }

    @Test func `no key touches the account that it belongs to`() async throws {
        try await ConsoleSample().serving(accounts: accounts()) { ask in
            let key: HTTPHeaders = ["authorization": "Bearer admin/read,write,control"]
            let answer = try await ask(.get, "/account", key)
            #expect(answer.status == 403)
        }
    }
}
