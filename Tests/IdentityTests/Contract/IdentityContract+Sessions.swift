import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let refreshing = [
        Check(name: "each refresh token is good once and gives the next") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            var tokens = try await bench.logIn()
            for generation in 2...4 {
                bench.time.advance(by: .seconds(6 * 86_400))
                let elsewhere = RequestOrigin(address: "192.0.2.\(generation)")
                let next = try await bench.desk.refresh(tokens.refreshToken, from: elsewhere)
                #expect(next.sessionID == tokens.sessionID && next.refreshToken != tokens.refreshToken)
                _ = try await bench.desk.authenticate(bearer: next.accessToken)
                let session = try await bench.desk.sessions(of: account.id)[0]
                #expect(session.generation == generation && session.address == "192.0.2.\(generation)")
                tokens = next
            }
            bench.time.advance(by: .seconds(7 * 86_400))
            let last = tokens.refreshToken
            #expect(
                await refusal { _ = try await bench.desk.refresh(last, from: IdentityBench.origin) } == .unauthenticated
            )
            await bench.store.close()
        },
        Check(name: "of many with one refresh token exactly one wins, and the session lives") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let tokens = try await bench.logIn()
            let desks = [bench.desk, try await bench.anotherDesk()]
            let outcomes = await withTaskGroup(of: (IdentityError.Code?, TokenPair?).self) { group in
                for number in 0..<12 {
                    group.addTask {
                        do throws(IdentityError) {
                            let pair = try await desks[number % 2].refresh(
                                tokens.refreshToken,
                                from: IdentityBench.origin
                            )
                            return (nil, pair)
                        } catch {
                            return (error.code, nil)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0.0 == .superseded }.count == 11)
            let won = try #require(outcomes.compactMap(\.1).first)
            _ = try await bench.desk.authenticate(bearer: won.accessToken)
            _ = try await bench.desk.refresh(won.refreshToken, from: IdentityBench.origin)
            await bench.store.close()
        },
        Check(name: "a refresh token used again after the grace ends its session") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let first = try await bench.logIn()
            let second = try await bench.desk.refresh(first.refreshToken, from: IdentityBench.origin)
            _ = try await bench.desk.authenticate(bearer: second.accessToken)
            bench.time.advance(by: bench.settings.refreshGrace)
            let origin = IdentityBench.origin
            #expect(await refusal { _ = try await bench.desk.refresh(first.refreshToken, from: origin) } == .reused)
            // At once, and for both of its holders.
            let spent = [first.accessToken, second.accessToken]
            for token in spent {
                #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            }
            #expect(
                await refusal { _ = try await bench.desk.refresh(second.refreshToken, from: origin) }
                    == .unauthenticated
            )
            #expect(try await bench.audited().last == "session.revoke done")
            await bench.store.close()
        },
        Check(name: "an older refresh token ends its session however soon it comes") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let first = try await bench.logIn()
            let second = try await bench.desk.refresh(first.refreshToken, from: IdentityBench.origin)
            _ = try await bench.desk.refresh(second.refreshToken, from: IdentityBench.origin)
            let origin = IdentityBench.origin
            #expect(await refusal { _ = try await bench.desk.refresh(first.refreshToken, from: origin) } == .reused)
            await bench.store.close()
        },
        Check(name: "a forged refresh token harms nobody's session") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            _ = try await bench.register("eve")
            let tokens = try await bench.logIn()
            let own = try await bench.logIn("eve")
            // The session's id, which is no secret, with the rest of another token.
            let forged = String(tokens.refreshToken.prefix(5 + 21)) + String(own.refreshToken.dropFirst(5 + 21))
            let origin = IdentityBench.origin
            for text in [forged, "", "ccfr_", tokens.refreshToken + "A", String(tokens.refreshToken.dropLast())] {
                #expect(await refusal { _ = try await bench.desk.refresh(text, from: origin) } == .unauthenticated)
            }
            _ = try await bench.desk.refresh(tokens.refreshToken, from: origin)
            await bench.store.close()
        },
    ]

    static let ending = [
        Check(name: "logging out ends this session at once and no other") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let one = try await bench.logIn()
            let two = try await bench.logIn()
            let principal = try await bench.desk.authenticate(bearer: one.accessToken)
            try await bench.desk.logOut(principal, from: IdentityBench.origin)
            #expect(
                await refusal { _ = try await bench.desk.authenticate(bearer: one.accessToken) } == .unauthenticated
            )
            _ = try await bench.desk.authenticate(bearer: two.accessToken)
            #expect(try await bench.audited().last == "user.logout done")
            await bench.store.close()
        },
        Check(name: "a session is revoked by its owner and by nobody else") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member("ann")
            let eve = try await bench.member("eve")
            let session = try await bench.desk.sessions(of: ann.userID)[0].id
            let requester = Requester(eve, from: IdentityBench.origin)
            let foreign = await refusal {
                try await bench.desk.revokeSession(session, of: eve.userID, by: requester)
            }
            #expect(foreign == .notFound)
            try await bench.desk.revokeSession(session, of: ann.userID, by: Requester(ann, from: IdentityBench.origin))
            #expect(try await bench.desk.sessions(of: ann.userID).isEmpty)
            let again = await refusal { try await bench.desk.revokeSession(session, of: ann.userID, by: requester) }
            #expect(again == .notFound)
            await bench.store.close()
        },
        Check(name: "a new password ends the other sessions") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let mine = try await bench.logIn()
            let other = try await bench.logInBrowser()
            let principal = try await bench.desk.authenticate(bearer: mine.accessToken)
            _ = try await bench.desk.authenticate(browser: other.secret)
            func change(from current: String, to new: String) async throws {
                try await bench.desk.changePassword(of: principal, from: current, to: new, at: IdentityBench.origin)
            }
            let wrong = await refusal { try await change(from: "wrong horse battery", to: "a new password") }
            #expect(wrong == .badCredentials)
            let short = await refused { try await change(from: IdentityBench.password, to: "short") }
            #expect(short?.field == "new_password")
            try await change(from: IdentityBench.password, to: "a new password")
            _ = try await bench.desk.authenticate(bearer: mine.accessToken)
            #expect(await refusal { _ = try await bench.desk.authenticate(browser: other.secret) } == .unauthenticated)
            #expect(await refusal { _ = try await bench.logIn() } == .badCredentials)
            _ = try await bench.logIn(password: "a new password")
            await bench.store.close()
        },
        Check(name: "guessing the present password locks like guessing at the door") { contract in
            let bench = try await contract.open()
            let principal = try await bench.member()
            for _ in 0..<5 {
                _ = await refusal {
                    try await bench.desk.changePassword(
                        of: principal,
                        from: "wrong horse battery",
                        to: "a new password",
                        at: IdentityBench.origin
                    )
                }
            }
            #expect(await refusal { _ = try await bench.logIn() } == .locked)
            await bench.store.close()
        },
    ]
}
