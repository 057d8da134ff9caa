import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let loggingIn = [
        Check(name: "the right password begins a session") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let tokens = try await bench.desk.logIn(
                email: "ANN@example.org",
                password: IdentityBench.password,
                from: IdentityBench.origin
            )
            #expect(tokens.expiresInSeconds == 3600 && tokens.refreshExpiresInSeconds == 7 * 86_400)
            let principal = try await bench.desk.authenticate(bearer: tokens.accessToken)
            #expect(principal.userID == account.id && principal.proof == .session(tokens.sessionID))
            let session = try #require(try await bench.desk.sessions(of: account.id).first)
            #expect(session.id == tokens.sessionID && session.kind == .token && session.generation == 1)
            #expect(session.address == "192.0.2.7" && session.userAgent == "test/1")
            #expect(try await bench.audited() == ["user.register done", "user.login done"])
            await bench.store.close()
        },
        Check(name: "a wrong password and an unknown email are answered alike") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let wrong = await refused { _ = try await bench.logIn(password: "wrong horse battery") }
            let unknown = await refused { _ = try await bench.logIn("nobody") }
            let broken = await refused { _ = try await bench.logIn("no body") }
            #expect(wrong?.code == .badCredentials && wrong == unknown && wrong == broken)
            #expect(
                try await bench.audited() == [
                    "user.register done", "user.login refused", "user.login refused", "user.login refused",
                ]
            )
            await bench.store.close()
        },
        Check(name: "five wrong passwords lock the account for a quarter of an hour") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            for _ in 0..<5 {
                #expect(await refusal { _ = try await bench.logIn(password: "wrong horse battery") } == .badCredentials)
            }
            bench.time.advance(by: .seconds(60))
            let locked = await refused { _ = try await bench.logIn() }
            #expect(locked?.code == .locked && locked?.retryAfterSeconds == 14 * 60)
            #expect(await refusal { _ = try await bench.logInBrowser() } == .locked)
            #expect(try await bench.desk.user(account.id).lockedUntil != nil)
            bench.time.advance(by: .seconds(14 * 60))
            // The lock is over and so is the count: four more mistakes are allowed.
            for _ in 0..<4 {
                #expect(await refusal { _ = try await bench.logIn(password: "wrong horse battery") } == .badCredentials)
            }
            _ = try await bench.logIn()
            #expect(try await bench.desk.user(account.id).lockedUntil == nil)
            #expect(try await bench.audited().filter { $0 == "user.lock done" }.count == 1)
            await bench.store.close()
        },
        Check(name: "the right password forgets the wrong ones before it") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            for _ in 0..<3 {
                for _ in 0..<4 { _ = await refusal { _ = try await bench.logIn(password: "wrong horse battery") } }
                _ = try await bench.logIn()
            }
            #expect(try await !bench.audited().contains("user.lock done"))
            await bench.store.close()
        },
        Check(name: "however many guess at once, on however many daemons, five learn whether they were right") {
            contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let desks = [bench.desk, try await bench.anotherDesk()]
            let outcomes = await withTaskGroup(of: IdentityError.Code?.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        await refusal {
                            _ = try await desks[number % 2].logIn(
                                email: "ann@example.org",
                                password: "wrong horse \(number)",
                                from: IdentityBench.origin
                            )
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .badCredentials }.count == 5)
            #expect(outcomes.filter { $0 == .locked }.count == 35)
            #expect(await refusal { _ = try await bench.logIn() } == .locked)
            #expect(try await bench.audited().filter { $0 == "user.lock done" }.count == 1)
            await bench.store.close()
        },
        Check(name: "many log-ins at once with the right password all begin") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let sessions = try await withThrowingTaskGroup(of: UUIDv7.self) { group in
                for _ in 0..<12 { group.addTask { try await bench.logIn().sessionID } }
                return try await group.reduce(into: Set<UUIDv7>()) { $0.insert($1) }
            }
            #expect(sessions.count == 12)
            #expect(Set(try await bench.desk.sessions(of: account.id).map(\.id)) == sessions)
            await bench.store.close()
        },
        Check(name: "a disabled account is told so only with the right password") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let tokens = try await bench.logIn()
            _ = try await bench.desk.change(account.id, UserChange(isDisabled: true), by: IdentityBench.admin)
            #expect(await refusal { _ = try await bench.logIn() } == .disabled)
            #expect(await refusal { _ = try await bench.logIn(password: "wrong horse battery") } == .badCredentials)
            #expect(
                await refusal { _ = try await bench.desk.refresh(tokens.refreshToken, from: IdentityBench.origin) }
                    != nil
            )
            _ = try await bench.desk.change(account.id, UserChange(isDisabled: false), by: IdentityBench.admin)
            _ = try await bench.logIn()
            await bench.store.close()
        },
        Check(name: "a hash that has become too cheap is replaced at the next log-in") { contract in
            let bench = try await contract.open()
            _ = try await bench.register()
            let hash: SQL = "SELECT password_hash FROM user_account"
            #expect(try await bench.store.query(hash)[0][0].text?.hasPrefix("scrypt$ln=4,") == true)
            let dearer = try await bench.anotherDesk(cost: PasswordHash.Cost(logN: 5, r: 8, p: 1))
            let (email, password) = ("ann@example.org", IdentityBench.password)
            _ = try await dearer.logIn(email: email, password: password, from: IdentityBench.origin)
            let risen = try await bench.store.query(hash)[0][0].text
            #expect(risen?.hasPrefix("scrypt$ln=5,") == true)
            // It does not fall again.
            _ = try await bench.logIn()
            #expect(try await bench.store.query(hash)[0][0].text == risen)
            await bench.store.close()
        },
        Check(name: "the session longest unused makes way for one too many") { contract in
            let bench = try await contract.open { $0.sessionsMax = 3 }
            let account = try await bench.register()
            var tokens: [TokenPair] = []
            for _ in 0..<4 {
                bench.time.advance(by: .seconds(1))
                tokens.append(try await bench.logIn())
                _ = try await bench.desk.authenticate(bearer: tokens[tokens.count - 1].accessToken)
            }
            let kept = try await bench.desk.sessions(of: account.id).map(\.id)
            #expect(kept == tokens.dropFirst().reversed().map(\.sessionID))
            let first = tokens[0].accessToken
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: first) } == .unauthenticated)
            await bench.store.close()
        },
    ]
}
