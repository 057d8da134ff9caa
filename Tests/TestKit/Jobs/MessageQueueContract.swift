import Bus
import Jobs
package import Store
import Testing

/// What message queues have to do on every engine, as checks that an engine's own tests run one by one.
///
/// The database's own clock is used, which no test can move: a message is made visible by `setVisibility`, or waited for.
package struct MessageQueueContract: Sendable {
    let store: any Storage
    let queues: MessageQueues
    let queue: QueueName = "work"

    /// - Parameter store: over a database of its own for each check.
    /// - Throws: what making the queue throws.
    package init(store: any Storage) async throws {
        self.store = store
        queues = MessageQueues(store: store)
        try await queues.create(queue)
    }

    /// One promise of the contract.
    package struct Check: Sendable, CustomTestStringConvertible {
        package let name: String
        package let run: @Sendable (MessageQueueContract) async throws -> Void
        package var testDescription: String { name }
    }

    package static let checks = calls + letters + consuming

    // MARK: For the checks

    func send(_ bodies: String...) async throws -> [Int64] {
        try await queues.send(contentsOf: bodies.map { OutgoingMessage($0) }, to: queue)
    }

    func read(_ limit: Int = 10, seconds: Int = 3600) async throws -> [Message] {
        try await queues.read(queue, visibilitySeconds: seconds, limit: limit)
    }

    /// Reads until something is there; fails the test after a minute of nothing.
    func readSoon() async throws -> [Message] {
        for _ in 0..<1200 {
            let messages = try await read()
            if !messages.isEmpty { return messages }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("no message became visible")
        return []
    }
}
