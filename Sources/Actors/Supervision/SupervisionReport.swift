package import Bus

/// Something happened in a supervision tree.
///
/// Reports of one supervisor come in order, one at a time. The observer is called on whatever thread caused it, so it
/// must not block; it may call back into the tree.
package struct SupervisionReport: Sendable {
    package let supervisor: ActorName
    /// The child that it is about, or the supervisor's own name.
    package let child: ActorName
    /// The child's incarnation; 0 where the report is about the supervisor itself.
    package let number: UInt64
    package let time: Moment
    package let kind: Kind

    package enum Kind: Hashable, Sendable {
        /// A new incarnation is about to be built.
        case started
        /// It does its work.
        case ready
        case exited(ExitReason)
        /// The same incarnation runs on after an error.
        case resumed(ExitReason)
        /// A new incarnation follows after this long.
        case restarting(after: Duration)
        /// It was asked to stop.
        case stopping
        /// It ignored cancellation; what it still does has no effect any more.
        case fenced
        /// A fenced incarnation is still running: one more zombie.
        case zombieAppeared
        /// A zombie has ended after all.
        case zombieEnded
        /// The restart limit is used up; from now on it is tried at this interval.
        case degraded(every: Duration)
        /// A degraded child has been ready for long enough to be trusted again.
        case recovered
        /// It stays down until an operator starts it.
        case heldDown
        /// Its spec is gone.
        case removed
        /// The supervisor gives up.
        case escalated(SupervisorError)
        /// All children of the supervisor are up for the first time.
        case supervisorReady
        case supervisorEnded(SupervisorOutcome)
    }
}

/// Receives the reports of a tree; synchronous, and must not block.
package typealias SupervisionObserver = @Sendable (SupervisionReport) -> Void
