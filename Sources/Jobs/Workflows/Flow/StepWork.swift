/// A step with its body, without its types.
struct StepWork: Sendable {
    let name: String
    let policy: StepPolicy
    /// Answers with JSON.
    let body: @Sendable (_ key: String) async throws -> String

    init<Output: Codable & Sendable>(
        _ name: String,
        _ policy: StepPolicy,
        _ body: @escaping @Sendable (_ key: String) async throws -> Output
    ) {
        self.name = name
        self.policy = policy
        self.body = { key in try FlowJSON.encode(try await body(key), of: "output of '\(name)'") }
    }

    init(_ name: String, _ policy: StepPolicy, doing body: @escaping @Sendable (_ key: String) async throws -> Void) {
        self.name = name
        self.policy = policy
        self.body = { key in
            try await body(key)
            return FlowJSON.nothing
        }
    }
}
