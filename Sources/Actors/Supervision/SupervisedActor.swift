package import Bus

/// An actor that a supervisor starts, watches and replaces.
///
/// One instance is one incarnation: a restart builds a new one through the factory in its spec.
package protocol SupervisedActor: Sendable {
    /// The name under which the tree, the events and the logs know it.
    nonisolated var name: ActorName { get }

    /// The whole life: returns when the task is cancelled, and throws when it is broken.
    ///
    /// Clean-up belongs at its end. It is called even when the stop came while the factory was still at work, so that
    /// there is one place to give things back.
    func run() async throws
}

extension SupervisedActor {
    /// Waits for the end; for actors that have nothing to do before it.
    package func untilCancelled() async {
        let (end, keep) = AsyncStream.makeStream(of: Never.self)
        for await _ in end {}
        withExtendedLifetime(keep) {}
    }
}
