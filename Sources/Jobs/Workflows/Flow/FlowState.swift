/// What a flow knows at a moment of its run: pure, behind the flow's lock.
struct FlowState: Sendable {
    var replay: Replay
    /// Values that are recorded with whatever is written next.
    ///
    /// They can be made again from the run's id and their number, so nothing is lost with them.
    var pending: [StepWrite] = []
    var compensations: [Compensation] = []
    private(set) var ending: FlowEnding?
    private var isBusy = false
    /// Why the code is left at the first step that is not recorded.
    private(set) var stop: FlowEnding?
    private var isUnwinding = false

    init(steps: [StepRecord], stop: FlowEnding?) {
        replay = Replay(steps)
        self.stop = stop
    }

    /// Begins a call; there is one at a time, so that numbers do not depend on chance.
    mutating func enter(_ name: String) throws(FlowEnding) {
        if let ending { throw ending }
        guard !isBusy else {
            throw end(
                .broken("'\(name)' was called beside another call: steps side by side need parallel or together")
            )
        }
        guard !name.isEmpty, name.utf8.count <= Flow.nameBytesMax else {
            throw end(.broken("a step's name has 1 to \(Flow.nameBytesMax) bytes: '\(name)'"))
        }
        isBusy = true
    }

    mutating func leave() { isBusy = false }

    /// Remembers the first ending; later ones are its consequences.
    @discardableResult
    mutating func end(_ reason: FlowEnding) -> FlowEnding {
        isBusy = false
        let reason = ending ?? reason
        ending = reason
        return reason
    }

    /// What is cancelled goes on until the next step that is not recorded.
    mutating func noteCancelRequest() {
        if stop == nil, !isUnwinding { stop = .cancelRequested }
    }

    /// From now on only compensations run, and nothing stops them.
    ///
    /// - Returns: them, in the order in which they have to run.
    mutating func beginUnwinding() -> [Compensation] {
        isUnwinding = true
        stop = nil
        return compensations.reversed()
    }

    /// Numbers a call and looks it up.
    mutating func slot(_ name: String, _ kind: StepKind, mayBeMissing: Bool = false) throws(FlowEnding) -> StepSlot {
        switch replay.next(name, kind, mayBeMissing: mayBeMissing) {
        case .recorded(let record): return StepSlot(number: record.number, name: name, kind: kind, record: record)
        case .fresh(let number): return StepSlot(number: number, name: name, kind: kind, record: nil)
        case .nondeterministic(let difference): throw .nondeterministic(difference)
        case .full:
            throw .broken("a run has at most \(Replay.stepCountMax) steps: go on as a new run with continueAsNew")
        }
    }

    mutating func takePending() -> [StepWrite] {
        defer { pending = [] }
        return pending
    }
}

/// A call with its number, and what is recorded for it.
struct StepSlot: Sendable {
    let number: Int
    let name: String
    let kind: StepKind
    let record: StepRecord?
}

/// How something is undone, should it have to be.
struct Compensation: Sendable {
    let slot: StepSlot
    let work: StepWork
}
