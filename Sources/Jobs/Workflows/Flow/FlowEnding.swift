package import Bus
package import Store

/// Why a workflow's code is left before its end.
///
/// Thrown through the code, which may catch it without effect: the flow remembers it, and every further call throws it
/// again.
package enum FlowEnding: Error, Sendable {
    /// It waits; its worker is free meanwhile.
    case parked(until: Timestamp?)
    /// Its task was cancelled, as when the daemon stops.
    case interrupted
    /// Another worker has the run.
    case leaseLost
    case cancelRequested
    /// Only what is recorded was to be replayed, and that is all there is.
    case recordEnds
    case nondeterministic(Nondeterminism)
    /// The code cannot go on, and trying again would not help.
    case broken(String)
    /// The database failed: the run is tried again.
    case storage(StoreError)
    /// Something that is needed to go on was not there: the run is tried again.
    case hindered(String)
    /// The rest is another run's, with this input.
    case continued(input: String)
}
