import Bus

/// What a supervisor guards with its lock.
struct SupervisorCore: Sendable {
    var state: SupervisorState
    var cells: [ActorName: ChildCell] = [:]
    /// For children that are supervisors, all names that go when they do.
    var namesBelow: [ActorName: [ActorName]] = [:]
    /// Lives that wait for `run()` to give them a task.
    var launches: [ChildLife] = []
    var outcome: SupervisorOutcome?
    var endWaiters: [CheckedContinuation<SupervisorOutcome, Never>] = []
    var zombiesInTree = 0
    /// The moment of the earliest timer that is set.
    var armedFor: Moment = .distantFuture
    /// Somebody is carrying actions out.
    private var isDraining = false
    /// `run()` waits here when there is nothing for it to do.
    private var parked: UnsafeContinuation<Void, Never>?

    init(_ state: SupervisorState) { self.state = state }

    mutating func take(_ child: ChildSpec, _ cell: ChildCell) {
        cells[child.name] = cell
        if case .supervisor(let spec) = child.body { namesBelow[child.name] = spec.allNames }
    }

    /// Takes the duty of carrying actions out, unless somebody has it.
    mutating func claim() -> Bool {
        guard !isDraining else { return false }
        isDraining = true
        return true
    }

    /// The actions that wait; `nil` when there are none, which gives the duty back.
    ///
    /// - Returns: with `nil`, whom to wake because `run()` has something to do.
    mutating func takeActions() -> ([SupervisorAction]?, UnsafeContinuation<Void, Never>?) {
        guard state.outbox.isEmpty else { return (state.takeActions(), nil) }
        isDraining = false
        guard hasWork else { return (nil, nil) }
        defer { parked = nil }
        return (nil, parked)
    }

    private var hasWork: Bool { !launches.isEmpty || outcome != nil || state.nextDeadline < armedFor }

    /// Parks `run()`, unless there is work.
    ///
    /// - Returns: whether it was parked.
    mutating func park(_ continuation: UnsafeContinuation<Void, Never>) -> Bool {
        guard !hasWork else { return false }
        parked = continuation
        return true
    }

    /// What `run()` has to do now.
    mutating func takeWork() -> (launches: [ChildLife], timer: Moment?, outcome: SupervisorOutcome?) {
        defer { launches = [] }
        var timer: Moment?
        if outcome == nil, state.nextDeadline < armedFor {
            armedFor = state.nextDeadline
            timer = armedFor
        }
        return (launches, timer, outcome)
    }
}
