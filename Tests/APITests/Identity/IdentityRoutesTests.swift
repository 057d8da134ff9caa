import Bus
import Domain
import HTTPClient
import Identity
import JSON
import Store
import TestKit
import Testing

@testable import API

/// Accounts, as a client of the HTTP interface meets them.
@Suite(.timeLimit(.minutes(1))) struct IdentityRoutesTests {
    /// A station's accounts behind a listener.
    private struct Door: Sendable {
        let ask: TestListener.Ask
        let desk: IdentityDesk

        static let password = "correct horse battery"

        func send(
            _ method: HTTPMethod,
            _ path: String,
            _ token: String? = nil,
            _ body: JSONValue? = nil
        ) async throws -> (status: Int, body: JSONValue, headers: HTTPHeaders) {
            var headers: HTTPHeaders = body == nil ? [:] : ["content-type": "application/json"]
            if let token { headers["authorization"] = "Bearer \(token)" }
            let response = try await ask(method, path, headers, body.map { $0.description })
            let parsed = response.body.isEmpty ? JSONValue.null : try JSONValue(parsing: response.body)
            return (response.status, parsed, response.headers)
        }

        /// Registers somebody and logs them in.
        func member(_ name: String = "ann") async throws -> String {
            let account: JSONValue = ["email": .string("\(name)@example.org"), "password": .string(Door.password)]
            let made = try await send(.post, "/api/auth/register", nil, account)
            #expect(made.status == 201)
            let login = try await send(.post, "/api/auth/login", nil, account)
            #expect(login.status == 200)
            return try #require(login.body["access_token"]?.string)
        }

        /// Makes somebody an admin and logs them in.
        func admin() async throws -> String {
            var registration = Registration(email: "boss@example.org", password: Door.password)
            registration.role = .admin
            _ = try await desk.add(registration, by: Requester(caller: "test", role: "admin"))
            let origin = RequestOrigin(address: "127.0.0.1")
            return try await desk.logIn(email: "boss@example.org", password: Door.password, from: origin).accessToken
        }
    }

    private func serving(_ body: (Door) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        var config = SQLiteConfig(path: folder.path("store.db"))
        config.synchronous = .normal
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        let store = try await SQLiteStore.open(config, bus: bus, now: { time.now })
        let keys = SigningKeys(current: try SigningKey(secret: try SigningKey.makeSecret()), previous: nil)
        let desk = IdentityDesk(
            store: store,
            tokens: try await AccessTokens(keys: keys, algorithm: .eddsa, issuer: "test"),
            hasher: PasswordHasher(cost: PasswordHash.Cost(logN: 4, r: 8, p: 1)),
            now: { time.now }
        )
        let routes = IdentityRoutes(
            desk: desk,
            knowsTimeZone: { $0 == "UTC" || $0 == "Europe/Berlin" },
            admit: { account throws(APIError) in
                if account == "busy@example.org" { throw APIError(.tooManyRequests, "Too often.") }
            }
        )
        let table = try RouteTable.documented(try routes.all(), release: "1")
        try await TestListener.serving(table, authenticate: desk.authenticator) { ask in
            try await body(Door(ask: ask, desk: desk))
        }
        await store.close()
    }

    @Test func `somebody registers, logs in, refreshes and logs out`() async throws {
        try await serving { door in
            let account: JSONValue = [
                "email": "Ann@Example.org", "password": .string(Door.password), "display_name": "Ann",
            ]
            let made = try await door.send(.post, "/api/auth/register", nil, account)
            #expect(made.status == 201 && made.body["email"] == "ann@example.org" && made.body["role"] == "client")
            let taken = try await door.send(.post, "/api/auth/register", nil, account)
            #expect(taken.status == 409 && taken.body["error"] == "conflict")
            let login: JSONValue = ["email": "ann@example.org", "password": .string(Door.password)]
            let first = try await door.send(.post, "/api/auth/login", nil, login)
            #expect(first.status == 200 && first.body["token_type"] == "Bearer" && first.body["expires_in"] == 3600)
            let me = try await door.send(.get, "/api/users/me", first.body["access_token"]?.string)
            #expect(me.status == 200 && me.body["display_name"] == "Ann" && me.body["id"] == made.body["id"])

            let old: JSONValue = ["refresh_token": first.body["refresh_token"] ?? .null]
            let second = try await door.send(.post, "/api/auth/refresh", nil, old)
            #expect(second.status == 200 && second.body["session_id"] == first.body["session_id"])
            // A retry within the grace is no theft.
            #expect(try await door.send(.post, "/api/auth/refresh", nil, old).status == 409)

            let token = try #require(second.body["access_token"]?.string)
            let sessions = try await door.send(.get, "/api/auth/sessions", token).body["sessions"]?.array ?? []
            #expect(sessions.count == 1 && sessions[0]["is_current"] == true && sessions[0]["kind"] == "token")
            #expect(sessions[0]["address"] == "127.0.0.1")
            #expect(try await door.send(.post, "/api/auth/logout", token).status == 204)
            let out = try await door.send(.get, "/api/users/me", token)
            #expect(out.status == 401 && out.headers["www-authenticate"] == "Bearer")
        }
    }

    @Test func `wrong passwords are refused, and in the end locked out with a time to come again`() async throws {
        try await serving { door in
            _ = try await door.member()
            let wrong: JSONValue = ["email": "ann@example.org", "password": "wrong horse battery"]
            for _ in 0..<5 {
                let refused = try await door.send(.post, "/api/auth/login", nil, wrong)
                #expect(refused.status == 401 && refused.body["error"] == "unauthorized")
            }
            let right: JSONValue = ["email": "ann@example.org", "password": .string(Door.password)]
            let locked = try await door.send(.post, "/api/auth/login", nil, right)
            #expect(locked.status == 429 && locked.headers["retry-after"] == "900")
            #expect(locked.body["error"] == "too_many_requests" && locked.body["retry_after"] == 900)
        }
    }

    @Test func `an account that is tried too often is limited before its password is looked at`() async throws {
        try await serving { door in
            let login: JSONValue = ["email": "Busy@example.org", "password": .string(Door.password)]
            let refused = try await door.send(.post, "/api/auth/login", nil, login)
            #expect(refused.status == 429)
        }
    }

    @Test func `every fault of a registration is named`() async throws {
        try await serving { door in
            let short: JSONValue = ["email": "ann@example.org", "password": "short"]
            let refused = try await door.send(.post, "/api/auth/register", nil, short)
            #expect(refused.status == 422)
            #expect(
                refused.body["details"]?.array == [["field": "password", "message": "must have 10 to 200 characters"]]
            )
            let missing = try await door.send(.post, "/api/auth/register", nil, ["role": "admin"])
            let fields = missing.body["details"]?.array?.compactMap { $0["field"]?.string } ?? []
            #expect(missing.status == 422 && fields.sorted() == ["email", "password", "role"])
        }
    }

    @Test func `a key is shown once, opens what its scopes say, and is revoked at once`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let eve = try await door.member("eve")
            let request: JSONValue = ["name": "ci", "scopes": ["read"], "expires_in_days": 30]
            let made = try await door.send(.post, "/api/keys", ann, request)
            let (key, id) = (try #require(made.body["key"]?.string), try #require(made.body["id"]?.string))
            #expect(made.status == 201 && key.hasPrefix("ccfm_") && made.body["role"] == nil)
            let listed = try await door.send(.get, "/api/keys", ann).body["keys"]?.array ?? []
            #expect(
                listed.count == 1 && listed[0]["key"] == nil && listed[0]["prefix"]?.string.map(key.hasPrefix) == true
            )
            let exchanged = try await door.send(.post, "/api/auth/token", nil, ["api_key": .string(key)])
            let token = try #require(exchanged.body["access_token"]?.string)
            for credential in [key, token] {
                #expect(try await door.send(.get, "/api/users/me", credential).status == 200)
                #expect(try await door.send(.get, "/api/keys", credential).status == 403)
                let name: JSONValue = ["display_name": "x"]
                #expect(try await door.send(.put, "/api/users/me", credential, name).status == 403)
                #expect(try await door.send(.post, "/api/auth/logout", credential).status == 403)
            }
            #expect(try await door.send(.delete, "/api/keys/\(id)", eve).status == 404)
            #expect(try await door.send(.delete, "/api/keys/\(id)", ann).status == 204)
            for credential in [key, token] {
                #expect(try await door.send(.get, "/api/users/me", credential).status == 401)
            }
            let greedy: JSONValue = ["name": "x", "scopes": ["account"], "role": "admin"]
            #expect(try await door.send(.post, "/api/keys", ann, greedy).status == 422)
            let risen: JSONValue = ["name": "x", "scopes": ["read"], "role": "admin"]
            #expect(try await door.send(.post, "/api/keys", ann, risen).status == 403)
        }
    }

    @Test func `sessions of others are as good as none`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let eve = try await door.member("eve")
            let sessions = try await door.send(.get, "/api/auth/sessions", ann).body["sessions"]?.array ?? []
            let id = try #require(sessions.first?["id"]?.string)
            #expect(try await door.send(.delete, "/api/auth/sessions/\(id)", eve).status == 404)
            #expect(try await door.send(.delete, "/api/auth/sessions/nonsense", ann).status == 404)
            #expect(try await door.send(.delete, "/api/auth/sessions/\(id)", ann).status == 204)
            #expect(try await door.send(.get, "/api/users/me", ann).status == 401)
        }
    }

    @Test func `a new password ends the other sessions and keeps this one`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let login: JSONValue = ["email": "ann@example.org", "password": .string(Door.password)]
            let other = try await door.send(.post, "/api/auth/login", nil, login).body["access_token"]?.string
            let change: JSONValue = ["current_password": .string(Door.password), "new_password": "a new password"]
            #expect(try await door.send(.post, "/api/auth/password", ann, change).status == 204)
            #expect(try await door.send(.get, "/api/users/me", other).status == 401)
            #expect(try await door.send(.get, "/api/users/me", ann).status == 200)
            #expect(try await door.send(.post, "/api/auth/login", nil, login).status == 401)
        }
    }

    @Test func `settings are replaced as a whole, and their zone must exist`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let standard = try await door.send(.get, "/api/users/me/settings", ann)
            #expect(standard.body["timezone"] == "UTC" && standard.body["auto_publish"] == false)
            func settings(_ zone: JSONValue) -> JSONValue {
                [
                    "notifications": false, "email": true, "auto_publish": true, "default_niche": "DeFi",
                    "timezone": zone,
                ]
            }
            let path = "/api/users/me/settings"
            let written = try await door.send(.put, path, ann, settings("Europe/Berlin"))
            #expect(written.status == 200)
            #expect(try await door.send(.get, path, ann).body == settings("Europe/Berlin"))
            for zone in ["Mars/Olympus", "../x"] as [JSONValue] {
                let refused = try await door.send(.put, path, ann, settings(zone))
                #expect(refused.status == 422 && refused.body["details"]?.array?.first?["field"] == "timezone")
            }
        }
    }

    @Test func `a picture goes in by its content and comes out with its type`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let path = "/api/users/me/avatar"
            #expect(try await door.send(.get, path, ann).status == 404)
            let png = "\u{89}PNG"
            // The first byte of a PNG is no UTF-8, so this one is none.
            let fake = try await door.ask(.post, path, ["authorization": "Bearer \(ann)"], png)
            #expect(fake.status == 415)
            let url = "http://127.0.0.1:\(door.ask.port)\(path)"
            let content: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
            let headers: HTTPHeaders = ["authorization": "Bearer \(ann)", "content-type": "text/html"]
            let sent = try await door.ask.transport.send(HTTPRequest(.post, url, headers: headers, body: content))
            let answer = try JSONValue(parsing: sent.body)
            #expect(sent.status == 200 && answer["format"] == "png" && answer["size_bytes"] == 11)
            let got = try await door.ask(.get, path, ["authorization": "Bearer \(ann)"])
            #expect(got.status == 200 && Array(got.body) == content && got.headers["content-type"] == "image/png")
            #expect(got.headers["x-content-type-options"] == "nosniff")
            let tag = try #require(got.headers["etag"])
            let again = try await door.ask(.get, path, ["authorization": "Bearer \(ann)", "if-none-match": tag])
            #expect(again.status == 304 && again.body.isEmpty)
            let large = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: 0, count: Avatar.sizeBytesMax)
            let tooLarge = try await door.ask.transport.send(HTTPRequest(.post, url, headers: headers, body: large))
            #expect(tooLarge.status == 413)
            #expect(try await door.send(.delete, path, ann).status == 204)
            #expect(try await door.send(.delete, path, ann).status == 404)
        }
    }

    @Test func `an admin looks after the accounts, and nobody else does`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let boss = try await door.admin()
            let id = try #require(try await door.send(.get, "/api/users/me", ann).body["id"]?.string)
            for (method, path, body) in [
                (.get, "/api/users", nil), (.get, "/api/users/\(id)", nil),
                (.patch, "/api/users/\(id)", ["role": "admin"]),
            ] as [(HTTPMethod, String, JSONValue?)] {
                #expect(try await door.send(method, path, ann, body).status == 403)
                #expect(try await door.send(method, path, nil, body).status == 401)
            }
            let page = try await door.send(.get, "/api/users?limit=1", boss)
            #expect(page.body["users"]?.array?.count == 1 && page.body["next"]?.string == id)
            let rest = try await door.send(.get, "/api/users?limit=5&after=\(id)", boss)
            #expect(rest.body["users"]?.array?.count == 1 && rest.body["next"] == nil)
            let changed = try await door.send(.patch, "/api/users/\(id)", boss, ["role": "creator", "tier": "pro"])
            #expect(changed.body["role"] == "client" && changed.body["tier"] == "pro")
            let shut = try await door.send(.patch, "/api/users/\(id)", boss, ["is_disabled": true])
            #expect(shut.body["is_disabled"] == true)
            #expect(try await door.send(.get, "/api/users/me", ann).status == 401)
            let own = try await door.send(.get, "/api/users/me", boss).body["id"]?.string ?? ""
            #expect(try await door.send(.patch, "/api/users/\(own)", boss, ["role": "client"]).status == 409)
            #expect(try await door.send(.patch, "/api/users/\(own)", boss, ["is_disabled": true]).status == 409)
            #expect(try await door.send(.get, "/api/users/nonsense", boss).status == 404)
        }
    }

    @Test func `a credential finds out what it is`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let session = try await door.send(.get, "/api/auth/credential", ann).body
            #expect(session["kind"] == "session" && session["role"] == "client" && session["tier"] == "free")
            #expect(session["email"] == "ann@example.org")
            #expect(session["scopes"] == ["read", "write", "control", "account"])
            let made = try await door.send(.post, "/api/keys", ann, ["name": "bot", "scopes": ["read"]]).body
            let secret = try #require(made["key"]?.string)
            let key = try await door.send(.get, "/api/auth/credential", secret).body
            #expect(key["kind"] == "key" && key["id"] == made["id"] && key["scopes"] == ["read"])
            let nobody = try await door.send(.get, "/api/auth/credential")
            #expect(nobody.status == 401)
        }
    }

    @Test func `a chain whose signatures nobody can check says so before anybody signs`() async throws {
        try await serving { door in
            let ann = try await door.member()
            let request: JSONValue = ["chain": "solana", "address": "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"]
            let refused = try await door.send(.post, "/api/wallets/challenge", ann, request)
            #expect(refused.status == 503 && refused.body["error"] == "unavailable")
            #expect(refused.body["message"]?.string?.contains("solana") == true)
            #expect(try await door.send(.get, "/api/wallets", ann).body["wallets"]?.array == [])
            let nothing = "/api/wallets/0190a5c0-0000-7000-8000-000000000000"
            #expect(try await door.send(.delete, nothing, ann).status == 404)
        }
    }

    @Test func `a browser's cookie acts from the station's own pages only`() async throws {
        try await serving { door in
            _ = try await door.member()
            let origin = RequestOrigin(address: "127.0.0.1")
            let (email, password) = ("ann@example.org", Door.password)
            let login = try await door.desk.logInBrowser(email: email, password: password, from: origin)
            let cookie = "\(Credentials.cookieName)=\(login.secret)"
            #expect(try await door.ask(.get, "/api/users/me", ["cookie": cookie]).status == 200)
            #expect(try await door.send(.get, "/api/users/me", login.secret).status == 401)
            var headers: HTTPHeaders = ["cookie": cookie, "origin": "https://evil.example"]
            #expect(try await door.ask(.post, "/api/auth/logout", headers).status == 403)
            headers["origin"] = "http://127.0.0.1:\(door.ask.port)"
            #expect(try await door.ask(.post, "/api/auth/logout", headers).status == 204)
            #expect(try await door.ask(.get, "/api/users/me", ["cookie": cookie]).status == 401)
        }
    }
}
