import Bus
import Domain
import FoundationEssentials
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let authenticating = [
        Check(name: "an access token ends by itself") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let tokens = try await bench.logIn()
            bench.time.advance(by: .seconds(3599))
            _ = try await bench.desk.authenticate(bearer: tokens.accessToken)
            bench.time.advance(by: .seconds(1))
            let token = tokens.accessToken
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            await bench.store.close()
        },
        Check(name: "what another daemon has revoked is refused here within five seconds") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let other = try await bench.anotherDesk()
            let tokens = try await bench.logIn()
            _ = try await bench.desk.authenticate(bearer: tokens.accessToken)
            _ = try await other.authenticate(bearer: tokens.accessToken)
            try await other.revokeSession(tokens.sessionID, of: account.id, by: IdentityBench.admin)
            let token = tokens.accessToken
            #expect(await refusal { _ = try await other.authenticate(bearer: token) } == .unauthenticated)
            bench.time.advance(by: .milliseconds(4999))
            _ = try await bench.desk.authenticate(bearer: token)
            bench.time.advance(by: .milliseconds(1))
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            await bench.store.close()
        },
        Check(name: "a new role holds at once here, elsewhere within five seconds") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let other = try await bench.anotherDesk()
            let token = try await bench.logIn().accessToken
            #expect(try await bench.desk.authenticate(bearer: token).role == .client)
            #expect(try await other.authenticate(bearer: token).role == .client)
            let change = UserChange(role: .operator, tier: .pro)
            _ = try await bench.desk.change(account.id, change, by: IdentityBench.admin)
            #expect(try await bench.desk.authenticate(bearer: token).role == .operator)
            #expect(try await other.authenticate(bearer: token).role == .client)
            bench.time.advance(by: .seconds(5))
            #expect(try await other.authenticate(bearer: token).role == .operator)
            #expect(try await other.authenticate(bearer: token).tier == .pro)
            await bench.store.close()
        },
        Check(name: "a clock that is set back keeps nothing fresh") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let other = try await bench.anotherDesk()
            let tokens = try await bench.logIn()
            bench.time.advance(by: .seconds(600))
            _ = try await bench.desk.authenticate(bearer: tokens.accessToken)
            try await other.revokeSession(tokens.sessionID, of: account.id, by: IdentityBench.admin)
            bench.time.advance(by: .seconds(-300))
            let token = tokens.accessToken
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            await bench.store.close()
        },
        Check(name: "a browser's session lasts as long as it is used, and is no bearer") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let browser = try await bench.logInBrowser()
            let tokens = try await bench.logIn()
            for _ in 0..<4 {
                bench.time.advance(by: .seconds(6 * 86_400))
                #expect(try await bench.desk.authenticate(browser: browser.secret).userID == account.id)
            }
            let desk = bench.desk
            #expect(await refusal { _ = try await desk.authenticate(bearer: browser.secret) } == .unauthenticated)
            #expect(await refusal { _ = try await desk.authenticate(browser: tokens.accessToken) } == .unauthenticated)
            bench.time.advance(by: .seconds(7 * 86_400))
            #expect(await refusal { _ = try await desk.authenticate(browser: browser.secret) } == .unauthenticated)
            await bench.store.close()
        },
        Check(name: "the last use is written once a minute") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let browser = try await bench.logInBrowser()
            let start = bench.time.now
            func used() async throws -> Timestamp {
                let sessions = try await bench.desk.sessions(of: account.id)
                return sessions[0].lastUsedAt
            }
            bench.time.advance(by: .seconds(59))
            _ = try await bench.desk.authenticate(browser: browser.secret)
            #expect(try await used() == start)
            bench.time.advance(by: .seconds(1))
            _ = try await bench.desk.authenticate(browser: browser.secret)
            #expect(try await used() == start.advanced(by: .seconds(60)))
            bench.time.advance(by: .seconds(3))
            _ = try await bench.desk.authenticate(browser: browser.secret)
            #expect(try await used() == start.advanced(by: .seconds(60)))
            await bench.store.close()
        },
        Check(name: "tokens outlive one change of keys and not two") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let token = try await bench.logIn().accessToken
            _ = try await bench.desk.authenticate(bearer: token)
            let old = try SigningKey(secret: IdentityBench.secret)
            let new = try SigningKey(secret: try SigningKey.makeSecret())
            try await bench.desk.replaceKeys(with: SigningKeys(current: new, previous: old))
            _ = try await bench.desk.authenticate(bearer: token)
            let fresh = try await bench.logIn().accessToken
            let newest = try SigningKey(secret: try SigningKey.makeSecret())
            try await bench.desk.replaceKeys(with: SigningKeys(current: newest, previous: new))
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            _ = try await bench.desk.authenticate(bearer: fresh)
            await bench.store.close()
        },
        Check(name: "a token of another key, algorithm or issuer is refused") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let own = try await bench.logIn().accessToken
            let strangers = [
                try await bench.anotherDesk(secret: try SigningKey.makeSecret()),
                try await bench.anotherDesk(algorithm: .eddsa), try await bench.anotherDesk(issuer: "elsewhere"),
            ]
            for stranger in strangers {
                let foreign = try await stranger.logIn(
                    email: "ann@example.org",
                    password: IdentityBench.password,
                    from: IdentityBench.origin
                ).accessToken
                _ = try await stranger.authenticate(bearer: foreign)
                #expect(await refusal { _ = try await bench.desk.authenticate(bearer: foreign) } == .unauthenticated)
                #expect(await refusal { _ = try await stranger.authenticate(bearer: own) } == .unauthenticated)
            }
            await bench.store.close()
        },
        Check(name: "a token that was tampered with is refused") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let token = try await bench.logIn().accessToken
            for forged in ForgedTokens.all(from: token) {
                #expect(await refusal { _ = try await bench.desk.authenticate(bearer: forged) } == .unauthenticated)
            }
            _ = try await bench.desk.authenticate(bearer: token)
            await bench.store.close()
        },
    ]
}

/// Tokens made of a real one.
enum ForgedTokens {
    static func all(from token: String) -> [String] {
        let parts = token.split(separator: ".").map(String.init)
        let header = decoded(parts[0])
        let signature = parts[2]
        let changed = ["none", "None", "HS512", "EdDSA", "RS256"].map { name in
            encoded(header.replacing("HS256", with: name))
        }
        let otherKey = encoded(header.replacing(#""kid":""#, with: #""kid":"x"#))
        let noKey = encoded(#"{"alg":"HS256","typ":"JWT"}"#)
        let admin = encoded(decoded(parts[1]).replacing(#""role":"client""#, with: #""role":"admin""#))
        return changed.flatMap { ["\($0).\(parts[1]).\(signature)", "\($0).\(parts[1])."] } + [
            "\(otherKey).\(parts[1]).\(signature)", "\(noKey).\(parts[1]).\(signature)",
            "\(parts[0]).\(admin).\(signature)", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])",
            token + "A", token + "=", token + "==", "\(token).x", "", "..", String(repeating: "x", count: 100_000),
        ]
    }

    static func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
            .replacing("/", with: "_")
    }

    static func decoded(_ part: String) -> String {
        let standard = part.replacing("-", with: "+").replacing("_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return String(decoding: Data(base64Encoded: padded) ?? Data(), as: UTF8.self)
    }
}
