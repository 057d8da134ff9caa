import Bus
import Domain
import Identity
import Testing

@Suite struct PrincipalTests {
    @Test func `a key may do what its scopes say, a session everything`() {
        func principal(_ proof: Principal.Proof) -> Principal {
            Principal(userID: UUIDv7(high: 1, low: 2), email: "a@example.org", role: .admin, tier: .free, proof: proof)
        }
        let key = principal(.key(UUIDv7(high: 3, low: 4), scopes: [.read]))
        #expect(key.has(.read))
        #expect(!key.has(.write) && !key.has(.account))
        #expect(Scope.allCases.allSatisfy(principal(.session(UUIDv7(high: 5, low: 6))).has))
    }

    @Test func `no key can be given the account`() {
        #expect(!Scope.grantable.contains(.account))
    }
}
