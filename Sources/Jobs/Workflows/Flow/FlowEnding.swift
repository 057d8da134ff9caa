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

extension FlowEnding {
    /// What the job's runner is told when a run is neither at its end nor waits.
    var jobError: any Error {
        switch self {
        case .interrupted: CancellationError()
        case .storage(let error): error
        case .leaseLost: JobError(.transient, LeaseLost().description)
        case .hindered(let what): JobError(.transient, what)
        case .nondeterministic(let difference): JobError(.permanent, difference.description)
        case .broken(let what): JobError(.permanent, what)
        case .parked, .cancelRequested, .recordEnds, .continued: JobError(.permanent, "the run was left: \(self)")
        }
    }
}
