package import Bus

/// Every decision of a supervisor, as a value.
///
/// Each event (a child became ready, a child ended, time passed, a command) is a method that takes the moment it
/// happened and leaves actions in `outbox`, oldest first. Nothing here waits, reads a clock, or starts anything, so the
/// whole contract is tested by plain calls.
package struct SupervisorState: Sendable {
    package let spec: SupervisorSpec
    package internal(set) var phase: Phase = .fresh
    /// The children, in start order.
    package internal(set) var slots: [ChildSlot]
    /// Actions that nobody has taken yet.
    package internal(set) var outbox: [SupervisorAction] = []
    /// No deadline lies before this moment; there may be none at it either, which costs one needless `tick`.
    package internal(set) var nextDeadline: Moment = .distantFuture
    /// Incarnations that were shut out and have not ended.
    var ghosts: [Ghost] = []
    var budget: RestartBudget
    var random: SplitMix64
    /// The names of `slots`, side by side for a fast search.
    var names: [ActorName]
    var queuedCount = 0
    var orderedStopCount = 0
    /// Queued children wait for this moment: the backoff of a group restart.
    var queueOpensAt: Moment = .zero

    package enum Phase: Hashable, Sendable {
        case fresh
        /// The first start is under way.
        case starting
        case running
        /// Children are being stopped; then it ends so.
        case ending(SupervisorOutcome)
        case ended(SupervisorOutcome)
    }

    /// An incarnation that was shut out while it still ran.
    struct Ghost: Sendable {
        let name: ActorName
        let number: UInt64
        /// When it becomes a zombie; a brutally stopped child gets a moment to notice.
        let countsAt: Moment
        var isZombie = false
    }

    /// How long a brutally stopped child may go on before it counts as a zombie.
    static let brutalGrace: Duration = .seconds(1)

    /// - Parameters:
    ///   - spec: what it supervises, already checked.
    ///   - lastNumbers: the last incarnation of children that lived under an earlier supervisor of this name, so that
    ///     numbers never repeat.
    ///   - seed: where the scatter of backoff comes from.
    package init(_ spec: SupervisorSpec, lastNumbers: [ActorName: UInt64] = [:], seed: UInt64) {
        self.spec = spec
        slots = spec.children.map { ChildSlot($0, lastNumber: lastNumbers[$0.name] ?? 0) }
        names = spec.children.map(\.name)
        budget = RestartBudget(spec.limit)
        random = SplitMix64(state: seed)
    }

    /// Takes the actions that wait, oldest first.
    package mutating func takeActions() -> [SupervisorAction] {
        defer { outbox = [] }
        return outbox
    }

    package var zombieCount: Int { ghosts.count { $0.isZombie } }

    /// Incarnations that were shut out and still run, zombies or not yet.
    package var ghostCount: Int { ghosts.count }

    /// The child's state, or `nil` when there is none of that name.
    package subscript(name: ActorName) -> ChildSlot? { names.firstIndex(of: name).map { slots[$0] } }

    package var isEnding: Bool {
        switch phase {
        case .ending, .ended: true
        case .fresh, .starting, .running: false
        }
    }

    /// Whether it is up and takes commands.
    var isUp: Bool { phase == .starting || phase == .running }

    var isGrouped: Bool { spec.strategy == .oneForAll || spec.strategy == .restForOne }

    // MARK: - Small steps

    mutating func report(_ index: Int, _ kind: SupervisionReport.Kind, at now: Moment) {
        report(names[index], number: slots[index].number, kind, at: now)
    }

    mutating func report(_ child: ActorName, number: UInt64, _ kind: SupervisionReport.Kind, at now: Moment) {
        outbox.append(
            .report(SupervisionReport(supervisor: spec.name, child: child, number: number, time: now, kind: kind))
        )
    }

    mutating func noteDeadline(_ moment: Moment) { nextDeadline = min(nextDeadline, moment) }

    /// The only place that changes a child's phase, so that the counts stay true.
    mutating func move(_ index: Int, to phase: ChildSlot.Phase) {
        if slots[index].phase == .queued { queuedCount -= 1 }
        if phase == .queued { queuedCount += 1 }
        slots[index].phase = phase
        switch phase {
        case .waiting(let until), .starting(let until), .stopping(let until, _): noteDeadline(until)
        case .down, .queued, .running: break
        }
    }

    mutating func remove(_ index: Int, at now: Moment) {
        move(index, to: .down(.finished))
        if slots[index].isInOrderedStop { orderedStopCount -= 1 }
        report(index, .removed, at: now)
        outbox.append(.forget(names[index]))
        slots.remove(at: index)
        names.remove(at: index)
    }
}
