import Bus

/// A piece of work that survives crashes and may wait for weeks: straight-line code that calls numbered steps.
///
/// The code runs from the top each time that the run is taken up again. What a finished step answered is recorded and
/// not done again, so everything that changes something, or that could answer differently next time (the clock, chance,
/// the network, files, settings), belongs into a step. Between steps the code only computes.
///
///     let production = Workflow("production", version: 2) { (pilot: Pilot, flow: Flow) async throws -> Production in
///         let script = try await flow.step("script") { key in try await writer.write(pilot, idempotencyKey: key) }
///         let gate = try await flow.approval("script", of: script, within: .seconds(7 * 86_400))
///         guard gate.isApproved else { throw Rejected() }
///         return try await flow.step("film") { try await studio.film(script) }
///     }
package struct Workflow<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
    /// The kind of its jobs, and the subject of its events.
    package let name: String
    /// Stamped on each run when it begins.
    package let version: Int
    package let queue: QueueName
    private let body: @Sendable (Input, Flow) async throws -> Output

    /// - Precondition: the name is letters, digits, `-` and `_`, at most 64 bytes.
    package init(
        _ name: String,
        version: Int = 1,
        queue: QueueName = "workflows",
        _ body: @escaping @Sendable (Input, Flow) async throws -> Output
    ) {
        precondition(!name.isEmpty && Subject(name) != nil, "\(name) is no workflow's name")
        self.name = name
        self.version = version
        self.queue = queue
        self.body = body
    }

    /// The same without its types, for the runner.
    package var definition: WorkflowDefinition {
        WorkflowDefinition(
            name: name,
            version: version,
            queue: queue,
            check: { _ = try FlowJSON.decode(Input.self, from: $0, of: "input") },
            run: { [body] input, flow in
                let output = try await body(FlowJSON.decode(Input.self, from: input, of: "input"), flow)
                return try FlowJSON.encode(output, of: "output")
            }
        )
    }
}

/// A workflow with JSON for its input and its output.
package struct WorkflowDefinition: Sendable {
    package let name: String
    package let version: Int
    package let queue: QueueName
    /// Throws when a text is not an input of this workflow.
    let check: @Sendable (_ input: String) throws -> Void
    let run: @Sendable (_ input: String, _ flow: Flow) async throws -> String
}
