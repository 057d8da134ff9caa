package import Bus

/// A handle on a child that stays good across its restarts: it always means the incarnation of the moment.
package struct ChildRef: Sendable {
    private let cell: ChildCell

    init(_ cell: ChildCell) { self.cell = cell }

    package var name: ActorName { cell.name }

    /// The current life, or `nil` while there is none.
    package var incarnation: Incarnation? { cell.life?.incarnation }

    /// The current instance, if there is one of that type.
    ///
    /// - Parameter type: what the child's factory builds.
    /// - Returns: the instance; `nil` too while one is being built.
    package func current<Actor: SupervisedActor>(as type: Actor.Type) -> Actor? { cell.actor as? Actor }

    /// The child's changes from now on; when it is ready already, that comes first.
    ///
    /// A reader that falls far behind loses the oldest. The stream ends when the child's spec is removed or its tree ends.
    package func changes() -> AsyncStream<ChildChange> { cell.watch() }

    /// Waits until an incarnation is ready.
    ///
    /// - Parameter number: the first incarnation that will do.
    /// - Returns: the number of the one that is ready, or `nil` when the child is gone or the task is cancelled.
    package func waitUntilReady(atLeast number: UInt64 = 1) async -> UInt64? {
        for await case .ready(let ready) in changes() where ready >= number { return ready }
        return nil
    }
}
