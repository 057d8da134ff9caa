package import Bus

/// What the supervisor's decisions ask of the code around them; carried out strictly in order.
package enum SupervisorAction: Sendable {
    /// Builds and runs a new incarnation.
    case start(ActorName, number: UInt64)
    /// Asks an incarnation to stop: cancels a worker, stops a nested supervisor.
    case stop(ActorName, number: UInt64)
    /// Shuts an incarnation out for good.
    case fence(ActorName, number: UInt64)
    /// A fenced incarnation counts as a zombie from now on, or no longer.
    case zombies(change: Int)
    /// The child's spec is gone: whatever was kept for it can go.
    case forget(ActorName)
    case report(SupervisionReport)
    /// All children are up for the first time.
    case becameReady
    /// Nothing is left to wait for.
    case finish(SupervisorOutcome)
}
