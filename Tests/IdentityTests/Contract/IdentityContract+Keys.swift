import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let keys = [
        Check(name: "a key acts for its owner within its scopes, and is shown once") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            let request = APIKeyRequest(name: "ci", scopes: [.read, .write], lifetimeDays: 30)
            let made = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
            #expect(made.secret.hasPrefix("ccfm_") && made.secret.utf8.count == 48)
            #expect(made.secret.hasPrefix(made.key.shownPrefix) && made.key.shownPrefix.utf8.count == 11)
            #expect(made.key.expiresAt == bench.time.now.advanced(by: .seconds(30 * 86_400)))
            let principal = try await bench.desk.authenticate(bearer: made.secret)
            #expect(principal.userID == ann.userID && principal.proof == .key(made.key.id, scopes: [.read, .write]))
            let listed = try await bench.desk.keys(of: ann.userID)
            #expect(listed.map(\.id) == [made.key.id] && listed[0].lastUsedAt == bench.time.now)
            bench.time.advance(by: .seconds(30 * 86_400))
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: made.secret) } == .unauthenticated)
            await bench.store.close()
        },
        Check(name: "a revoked key is refused at once, and so is every token it was exchanged for") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            let eve = try await bench.member("eve")
            let request = APIKeyRequest(name: "ci", scopes: [.read])
            let made = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
            let token = try await bench.desk.exchange(key: made.secret)
            #expect(token.expiresInSeconds == 3600)
            let principal = try await bench.desk.authenticate(bearer: token.text)
            #expect(principal.proof == .key(made.key.id, scopes: [.read]))
            func revoke(of user: Principal) async throws {
                let requester = Requester(user, from: IdentityBench.origin)
                try await bench.desk.revokeKey(made.key.id, of: user.userID, by: requester)
            }
            #expect(await refusal { try await revoke(of: eve) } == .notFound)
            try await revoke(of: ann)
            #expect(await refusal { try await revoke(of: ann) } == .notFound)
            for text in [made.secret, token.text] {
                #expect(await refusal { _ = try await bench.desk.authenticate(bearer: text) } == .unauthenticated)
            }
            #expect(await refusal { _ = try await bench.desk.exchange(key: made.secret) } == .unauthenticated)
            #expect(try await bench.audited().suffix(2) == ["key.create done", "key.revoke done"])
            await bench.store.close()
        },
        Check(name: "a token that a key was exchanged for ends with the key") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            let request = APIKeyRequest(name: "ci", scopes: [.read], lifetimeDays: 1)
            let made = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
            bench.time.advance(by: .seconds(86_400 - 60))
            #expect(try await bench.desk.exchange(key: made.secret).expiresInSeconds == 60)
            await bench.store.close()
        },
        Check(name: "a key is never more than its cap nor than its owner") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            func make(_ cap: Role?) async throws -> NewAPIKey {
                let principal = Principal(
                    userID: ann.userID,
                    email: ann.email,
                    role: try await bench.desk.user(ann.userID).role,
                    tier: .free,
                    proof: ann.proof
                )
                let request = APIKeyRequest(name: "ci", scopes: [.read, .control], roleCap: cap)
                return try await bench.desk.createKey(request, for: principal, from: IdentityBench.origin)
            }
            #expect(await refusal { _ = try await make(.operator) } == .forbidden)
            _ = try await bench.desk.change(ann.userID, UserChange(role: .admin), by: IdentityBench.admin)
            let capped = try await make(.operator)
            let free = try await make(nil)
            #expect(try await bench.desk.authenticate(bearer: capped.secret).role == .operator)
            #expect(try await bench.desk.authenticate(bearer: free.secret).role == .admin)
            _ = try await bench.desk.change(ann.userID, UserChange(role: .client), by: IdentityBench.admin)
            #expect(try await bench.desk.authenticate(bearer: capped.secret).role == .client)
            #expect(try await bench.desk.authenticate(bearer: free.secret).role == .client)
            _ = try await bench.desk.change(ann.userID, UserChange(isDisabled: true), by: IdentityBench.admin)
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: free.secret) } == .unauthenticated)
            await bench.store.close()
        },
        Check(name: "what is wrong with a key is named by its field") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            func field(_ request: APIKeyRequest) async -> String? {
                let failure = await refused {
                    _ = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
                }
                return failure?.field
            }
            #expect(await field(APIKeyRequest(name: " ", scopes: [.read])) == "name")
            #expect(await field(APIKeyRequest(name: "x", scopes: [])) == "scopes")
            #expect(await field(APIKeyRequest(name: "x", scopes: [.account])) == "scopes")
            #expect(await field(APIKeyRequest(name: "x", scopes: [.read], lifetimeDays: 0)) == "expires_in_days")
            await bench.store.close()
        },
        Check(name: "an account has a bounded number of keys, also when many ask at once") { contract in
            let bench = try await contract.open { $0.keysMax = 3 }
            let ann = try await bench.member()
            let outcomes = await withTaskGroup(of: IdentityError.Code?.self) { group in
                for number in 0..<9 {
                    group.addTask {
                        await refusal {
                            let request = APIKeyRequest(name: "\(number)", scopes: [.read])
                            _ = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .tooMany }.count == 6)
            let keys = try await bench.desk.keys(of: ann.userID)
            #expect(keys.count == 3)
            try await bench.desk.revokeKey(keys[0].id, of: ann.userID, by: IdentityBench.admin)
            let request = APIKeyRequest(name: "more", scopes: [.read])
            _ = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
            await bench.store.close()
        },
        Check(name: "a key cannot be logged out and is asked for in full") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            let request = APIKeyRequest(name: "ci", scopes: [.read])
            let made = try await bench.desk.createKey(request, for: ann, from: IdentityBench.origin)
            let principal = try await bench.desk.authenticate(bearer: made.secret)
            let desk = bench.desk
            #expect(await refusal { try await desk.logOut(principal, from: IdentityBench.origin) } == .forbidden)
            for text in ["ccfm_", String(made.secret.dropLast()), made.secret + "A", made.secret.lowercased()] {
                #expect(await refusal { _ = try await desk.authenticate(bearer: text) } == .unauthenticated)
            }
            await bench.store.close()
        },
    ]
}
