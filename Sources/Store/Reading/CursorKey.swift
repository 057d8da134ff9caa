package import Bus

/// Whose place in the log a cursor is: an actor's, for one event type.
package struct CursorKey: Hashable, Sendable {
    package let consumer: ActorName
    package let topic: Topic

    package init(_ consumer: ActorName, _ topic: Topic) {
        self.consumer = consumer
        self.topic = topic
    }

    /// What it is stored under.
    package var text: String { "\(consumer)/\(topic)" }
}

/// How far the consumers of the event log have come.
package protocol CursorRepository: Sendable {
    /// The highest offset that a consumer has handled; `nil` when it has never saved one.
    func cursor(_ key: CursorKey) async throws(StoreError) -> UInt64?
}
