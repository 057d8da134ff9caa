package import Bus
import Threading

/// A supervision tree at one moment, for people and for other programs.
package struct SupervisorSnapshot: Codable, Hashable, Sendable {
    package let name: ActorName
    /// starting, running, ending or ended.
    package let state: String
    package let strategy: String
    /// What its limits add up to, in words.
    package let policy: String
    package let restartsInWindow: Int
    /// Incarnations of its own children that ignore cancellation.
    package let zombies: Int
    package let children: [Child]

    package struct Child: Codable, Hashable, Sendable {
        package let name: ActorName
        package let isSupervisor: Bool
        /// not started, queued, waiting, starting, running, degraded, stopping, finished or held.
        package let state: String
        package let incarnation: UInt64
        package let restartsInWindow: Int
        package let restartsTotal: UInt64
        package let lastExit: String?
        /// Since it became ready.
        package let uptimeMilliseconds: Int64?
        /// Until its next try, where it waits for one.
        package let nextTryMilliseconds: Int64?
        /// Since its last progress report, where it has a heartbeat.
        package let heartbeatAgeMilliseconds: Int64?
        package let policy: String
        package let supervisor: SupervisorSnapshot?
    }

    /// How many children there are, as `count_children` counts.
    package struct Counts: Codable, Hashable, Sendable {
        package var specs = 0
        package var active = 0
        package var supervisors = 0
        package var workers = 0

        package init(specs: Int = 0, active: Int = 0, supervisors: Int = 0, workers: Int = 0) {
            self.specs = specs
            self.active = active
            self.supervisors = supervisors
            self.workers = workers
        }
    }

    /// The counts over this supervisor and all below it.
    package var counts: Counts {
        children.reduce(into: Counts()) { counts, child in
            counts.specs += 1
            if ["starting", "running", "degraded", "stopping"].contains(child.state) { counts.active += 1 }
            if child.isSupervisor { counts.supervisors += 1 } else { counts.workers += 1 }
            guard let below = child.supervisor?.counts else { return }
            counts.specs += below.specs
            counts.active += below.active
            counts.supervisors += below.supervisors
            counts.workers += below.workers
        }
    }

    /// Everything below it, depth first, without the nesting.
    package var allChildren: [Child] { children.flatMap { [$0] + ($0.supervisor?.allChildren ?? []) } }
}

extension Supervisor {
    /// The tree as it is now.
    ///
    /// Each supervisor is read in one piece; two supervisors may be read a moment apart.
    package func snapshot() -> SupervisorSnapshot {
        let now = clock.now
        let (state, cells) = core.withLock { ($0.state, $0.cells) }
        return SupervisorSnapshot(
            name: name,
            state: state.phase.text,
            strategy: spec.strategy.rawValue,
            policy: spec.policyText,
            restartsInWindow: state.budget.spent(at: now),
            zombies: state.zombieCount,
            children: state.slots.map { slot in
                SupervisorSnapshot.Child(slot, cell: cells[slot.spec.name], at: now)
            }
        )
    }
}

extension SupervisorSnapshot.Child {
    init(_ slot: ChildSlot, cell: ChildCell?, at now: Moment) {
        let isReady = slot.phase == .running
        name = slot.spec.name
        isSupervisor = slot.spec.isSupervisor
        state = slot.stateText
        incarnation = slot.number
        restartsInWindow = slot.budget?.spent(at: now) ?? 0
        restartsTotal = slot.restartsTotal
        lastExit = slot.lastExit?.description
        uptimeMilliseconds = isReady ? slot.readyAt.map { now.millisecondsSince($0) } : nil
        if case .waiting(let until) = slot.phase {
            nextTryMilliseconds = max(0, until.millisecondsSince(now))
        } else {
            nextTryMilliseconds = nil
        }
        if isReady, slot.spec.heartbeat != nil, let readyAt = slot.readyAt {
            heartbeatAgeMilliseconds = now.millisecondsSince(max(readyAt, cell?.lastProgress ?? readyAt))
        } else {
            heartbeatAgeMilliseconds = nil
        }
        policy = slot.spec.policyText
        supervisor = cell?.life?.nestedSupervisor?.snapshot()
    }
}

extension Moment {
    func millisecondsSince(_ earlier: Moment) -> Int64 { (nanoseconds - earlier.nanoseconds) / 1_000_000 }
}

extension SupervisorState.Phase {
    var text: String {
        switch self {
        case .fresh: "not started"
        case .starting: "starting"
        case .running: "running"
        case .ending: "ending"
        case .ended: "ended"
        }
    }
}

extension ChildSlot {
    var stateText: String {
        switch phase {
        case .down(let why): why.rawValue
        case .queued: "queued"
        case .waiting: isDegraded ? "degraded, waiting" : "waiting"
        case .starting: "starting"
        case .running: isDegraded ? "degraded" : "running"
        case .stopping: "stopping"
        }
    }
}
