import BusZeroMQ
import Identity
import JSON
import Store
import Testing

@testable import Daemon

/// The control methods of accounts, as an operator's key calls them.
@Suite struct UserMethodsTests {
    private func makeBench() async throws -> MethodBench {
        try await MethodBench { _, identity, _, _ in UserMethods(identity: identity).all }
    }

    private static let password = "correct horse battery"
    private static let ann: [String: JSONValue] = [
        "email": "Ann@example.org", "password": .string(password), "role": "creator",
    ]

    @Test func `an administrator adds, changes and shuts out a user`() async throws {
        let bench = try await makeBench()
        let made = try await bench.call("users.add", Self.ann)
        #expect(made["email"] == "ann@example.org" && made["role"] == "client" && made["tier"] == "free")
        let user: [String: JSONValue] = ["user": "ann@example.org"]
        func with(_ name: String, _ value: JSONValue) -> [String: JSONValue] { user.merging([name: value]) { $1 } }
        #expect(try await bench.call("users.set_role", with("role", "operator"))["role"] == "operator")
        #expect(try await bench.call("users.set_tier", with("tier", "pro"))["tier"] == "pro")
        let origin = RequestOrigin(address: "192.0.2.1")
        _ = try await bench.identity.desk.logIn(email: "ann@example.org", password: Self.password, from: origin)
        #expect(try await bench.call("users.sessions", user)["sessions"]?.array?.count == 1)
        #expect(try await bench.call("users.revoke_sessions", user)["revoked"] == 1)
        #expect(try await bench.call("users.disable", user)["disabledAt"] != nil)
        #expect(try await bench.call("users.enable", ["user": try #require(made["id"])])["disabledAt"] == nil)
        _ = try await bench.call("users.reset_password", with("password", "a new password"))
        _ = try await bench.identity.desk.logIn(email: "ann@example.org", password: "a new password", from: origin)
        #expect(try await bench.call("users.list")["users"]?.array?.map { $0["email"] } == ["ann@example.org"])
        await bench.store.close()
    }

    @Test func `nobody but an administrator gets at them`() async throws {
        let bench = try await makeBench()
        for method in UserMethods(identity: bench.identity).all {
            #expect(method.role == .admin, "\(method.name)")
            #expect(await bench.failure(method.name, [:], as: .operator)?.code == -32001)
        }
        await bench.store.close()
    }

    @Test func `the audit log has every call and no password`() async throws {
        let bench = try await makeBench()
        _ = try await bench.call("users.add", Self.ann)
        _ = try await bench.call("users.reset_password", ["user": "ann@example.org", "password": "another password"])
        let lines = try await bench.store.activities(before: nil, limit: 10).map(\.activity)
        #expect(
            lines.reversed().map(\.action) == ["user.add", "users.add", "user.reset_password", "users.reset_password"]
        )
        for line in lines {
            #expect(line.caller == "boss" && line.role == "admin")
            #expect(line.detail?.contains("horse") != true && line.detail?.contains("another") != true)
        }
        #expect(lines[0].detail?.contains("[redacted]") == true)
        await bench.store.close()
    }

    @Test func `what is wrong is named by its parameter`() async throws {
        let bench = try await makeBench()
        _ = try await bench.call("users.add", Self.ann)
        func field(_ method: String, _ params: [String: JSONValue]) async -> JSONValue? {
            let failure = await bench.failure(method, params)
            return failure?.data["field"]
        }
        #expect(await field("users.add", ["email": "x", "password": .string(Self.password)]) == "email")
        #expect(await field("users.add", ["email": "b@example.org", "password": "short"]) == "password")
        #expect(await field("users.set_role", ["user": "ann@example.org", "role": "king"]) == "role")
        #expect(await field("users.set_tier", ["user": "ann@example.org", "tier": "gold"]) == "tier")
        #expect(await field("users.list", ["after": "x"]) == "after")
        #expect(await field("users.show", ["user": "ann@example.org", "id": 1]) == "id")
        #expect(await bench.failure("users.add", Self.ann)?.code == -32004)
        #expect(await bench.failure("users.show", ["user": "nobody@example.org"])?.code == -32003)
        await bench.store.close()
    }

    @Test func `keys are replaced while tokens go on being good`() async throws {
        let bench = try await makeBench()
        _ = try await bench.call("users.add", Self.ann)
        let desk = bench.identity.desk
        let origin = RequestOrigin(address: "192.0.2.1")
        let token = try await desk.logIn(email: "ann@example.org", password: Self.password, from: origin).accessToken
        #expect(try await bench.call("identity.rotate_keys")["rotated"] == true)
        _ = try await desk.authenticate(bearer: token)
        #expect(try await bench.call("identity.rotate_keys")["rotated"] == true)
        await #expect(throws: IdentityError.self) { try await desk.authenticate(bearer: token) }
        await bench.store.close()
    }
}
