package import Bus
import Domain
package import Jobs
import Store
import Testing

/// What workflows have to do on every engine, as checks that an engine's own tests run one by one.
package struct WorkflowContract: Sendable {
    package typealias Open = @Sendable (EventBus) async throws -> JobContract.Engine

    private let openEngine: Open

    /// - Parameter open: how to open the engine; each check opens one.
    package init(open: @escaping Open) { openEngine = open }

    /// One promise of the contract.
    package struct Check: Sendable, CustomTestStringConvertible {
        package let name: String
        package let run: @Sendable (WorkflowContract) async throws -> Void
        package var testDescription: String { name }
    }

    package static let checks = steps + crashes + waits + approvals + cancelling + children

    // MARK: For the checks

    /// Runs a check's body on an open engine and closes it.
    func with(_ body: (WorkflowBench) async throws -> Void) async throws {
        let engine = try await openEngine(EventBus(types: EventCatalogue.all))
        do {
            try await body(WorkflowBench(engine))
        } catch {
            await engine.store.close()
            throw error
        }
        await engine.store.close()
    }
}

extension WorkflowBench {
    package func start<Input, Output>(_ workflow: Workflow<Input, Output>, _ input: Input) async throws -> UUIDv7 {
        try await client.start(workflow, input).id
    }

    /// What became of a run, with its output as JSON.
    package func outcome(_ run: UUIDv7) async throws -> WorkflowClient.Outcome? { try await client.outcome(of: run) }

    /// The topics of the events that tell of workflows, in order.
    package func told() async throws -> [String] {
        try await store.read(.all, from: 0).events.map(\.header.topic.text).filter { $0.hasPrefix("workflow.") }
    }
}
