import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let registering = [
        Check(name: "a new account is a client of the free tier") { contract in
            let bench = try await contract.open()
            let made = try await bench.desk.register(
                email: "Ann.Lee@Example.ORG",
                password: IdentityBench.password,
                displayName: "  Ann Lee ",
                from: IdentityBench.origin
            )
            #expect(made.email == "ann.lee@example.org" && made.displayName == "Ann Lee")
            #expect(made.role == .client && made.tier == .free && !made.isDisabled)
            #expect(try await bench.desk.user(made.id) == made)
            #expect(try await bench.desk.user(email: "ANN.lee@example.org") == made)
            #expect(try await bench.audited() == ["user.register done"])
            await bench.store.close()
        },
        Check(name: "an email is taken once, in whatever case and however many ask at once") { contract in
            let bench = try await contract.open()
            let outcomes = await withTaskGroup(of: IdentityError.Code?.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        await refusal { _ = try await bench.register(number.isMultiple(of: 2) ? "bob" : "BOB") }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .taken }.count == 11)
            #expect(try await bench.desk.users().count == 1)
            #expect(try await bench.audited() == ["user.register done"])
            await bench.store.close()
        },
        Check(name: "what is wrong with a registration is named by its field") { contract in
            let bench = try await contract.open()
            func field(_ email: String, _ password: String, _ name: String? = nil) async -> String? {
                let failure = await refused {
                    _ = try await bench.desk.register(
                        email: email,
                        password: password,
                        displayName: name,
                        from: IdentityBench.origin
                    )
                }
                return failure?.field
            }
            #expect(await field("nobody", IdentityBench.password) == "email")
            #expect(await field("a@example.org", "short") == "password")
            #expect(await field("ann.lee@example.org", "Ann.Lee@example.org") == "password")
            #expect(await field("a@example.org", String(repeating: "x", count: 201)) == "password")
            #expect(await field("a@example.org", IdentityBench.password, "a\u{202E}b") == "display_name")
            let everything = await refused {
                _ = try await bench.desk.register(
                    email: "nobody",
                    password: "short",
                    displayName: "",
                    from: IdentityBench.origin
                )
            }
            #expect(everything?.field == "email")
            #expect(everything?.others.map(\.field) == ["display_name", "password"])
            #expect(try await bench.desk.users().isEmpty)
            await bench.store.close()
        },
        Check(name: "a closed station makes accounts for administrators only") { contract in
            let bench = try await contract.open { $0.isRegistrationOpen = false }
            #expect(await refusal { _ = try await bench.register() } == .registrationClosed)
            var registration = Registration(email: "op@example.org", password: IdentityBench.password)
            registration.role = .operator
            registration.tier = .pro
            let made = try await bench.desk.add(registration, by: IdentityBench.admin)
            #expect(made.role == .operator && made.tier == .pro)
            #expect(try await bench.audited() == ["user.add done"])
            await bench.store.close()
        },
        Check(name: "nothing that is kept holds a password, a key or a token") { contract in
            let bench = try await contract.open()
            let principal = try await bench.member()
            let tokens = try await bench.logIn()
            let browser = try await bench.logInBrowser()
            let key = try await bench.desk.createKey(
                APIKeyRequest(name: "ci", scopes: [.read]),
                for: principal,
                from: IdentityBench.origin
            )
            _ = await refusal { _ = try await bench.logIn(password: "wrong horse battery") }
            let kept = try await bench.everythingKept()
            #expect(kept.contains("ann@example.org") && kept.contains("user.login"))
            let secrets = [
                IdentityBench.password, "wrong horse", tokens.refreshToken, tokens.accessToken, browser.secret,
                key.secret, String(key.secret.dropFirst(12)),
            ]
            for secret in secrets { #expect(!kept.contains(secret)) }
            await bench.store.close()
        },
    ]
}
