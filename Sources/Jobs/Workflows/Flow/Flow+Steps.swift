extension Flow {
    /// Runs something once, and records what it answers.
    ///
    /// - Parameters:
    ///   - name: what it is called in the record: frozen, like its place among the calls, while runs are under way.
    ///   - policy: how often and how long it may try.
    ///   - body: given the idempotency key, which is the same at every repetition.
    /// - Returns: what the body answered, as it comes out of the record.
    /// - Throws: `StepFailure` when it has failed for good.
    @discardableResult
    package func step<Output: Codable & Sendable>(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable (_ idempotencyKey: String) async throws -> Output
    ) async throws -> Output {
        let output = try await perform(StepWork(name, policy, body))
        return try FlowJSON.decode(Output.self, from: output, of: "output of '\(name)'")
    }

    /// Runs something once, and records what it answers.
    @discardableResult
    package func step<Output: Codable & Sendable>(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        try await step(name, policy: policy) { _ in try await body() }
    }

    /// Runs something once that has no answer.
    package func step(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable (_ idempotencyKey: String) async throws -> Void
    ) async throws {
        _ = try await perform(StepWork(name, policy, doing: body))
    }

    /// Runs something once that has no answer.
    package func step(
        _ name: String,
        policy: StepPolicy = .standard,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        _ = try await perform(StepWork(name, policy, doing: { _ in try await body() }))
    }

    private func perform(_ work: StepWork) async throws -> String {
        try await call(work.name) {
            try await StepRun(flow: self, slot: try slot(work.name, .step), work: work).output()
        }
    }
}
