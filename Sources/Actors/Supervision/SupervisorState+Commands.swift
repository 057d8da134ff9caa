package import Bus

/// Why a command to a supervision tree was refused.
package enum SupervisionCommandError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(ActorName)
    case nameInUse(ActorName)
    case alreadyRunning(ActorName)
    case notRunning(ActorName)
    /// The supervisor is ending, or has not begun.
    case notTakingCommands(ActorName)
    case invalid([SpecProblem])

    package var description: String {
        switch self {
        case .unknown(let name): "there is no \(name)"
        case .nameInUse(let name): "the name \(name) is in use"
        case .alreadyRunning(let name): "\(name) is running already"
        case .notRunning(let name): "\(name) is not running"
        case .notTakingCommands(let name): "\(name) takes no commands now"
        case .invalid(let problems): problems.map(\.description).joined(separator: "; ")
        }
    }
}

extension SupervisorState {
    /// Adds a child behind the others and starts it in its turn.
    package mutating func add(_ child: ChildSpec, at now: Moment) throws(SupervisionCommandError) {
        try requireUp()
        guard !names.contains(child.name) else { throw .nameInUse(child.name) }
        let problems = child.check(autoShutdown: spec.autoShutdown)
        guard problems.isEmpty else { throw .invalid(problems) }
        // A ghost of that name must never be taken for the new child.
        let lastNumber = ghosts.filter { $0.name == child.name }.map(\.number).max() ?? 0
        slots.append(ChildSlot(child, lastNumber: lastNumber))
        names.append(child.name)
        bringUp(slots.count - 1, at: now)
        advance(at: now)
    }

    /// Stops a child and keeps it down until `startChild`.
    package mutating func stopChild(_ name: ActorName, at now: Moment) throws(SupervisionCommandError) {
        let index = try require(name)
        switch slots[index].phase {
        case .down: throw .notRunning(name)
        case .queued, .waiting:
            move(index, to: .down(.held))
            report(index, .heldDown, at: now)
        case .stopping(_, then: .remove): break
        case .stopping(let until, _): move(index, to: .stopping(until: until, then: .hold))
        case .starting, .running: stopAlone(index, then: .hold, at: now)
        }
        advance(at: now)
    }

    /// Starts a child that is down, or that waits for its next try.
    package mutating func startChild(_ name: ActorName, at now: Moment) throws(SupervisionCommandError) {
        let index = try require(name)
        switch slots[index].phase {
        case .down, .waiting:
            clearHistory(index)
            bringUp(index, at: now)
        case .queued: queueOpensAt = min(queueOpensAt, now)
        case .starting, .running, .stopping: throw .alreadyRunning(name)
        }
        advance(at: now)
    }

    /// Replaces a child by a new incarnation, once the old one is gone.
    ///
    /// Counts against no limit.
    package mutating func restartChild(_ name: ActorName, at now: Moment) throws(SupervisionCommandError) {
        let index = try require(name)
        switch slots[index].phase {
        case .down, .waiting, .queued: return try startChild(name, at: now)
        case .stopping(let until, _): move(index, to: .stopping(until: until, then: afterRestart(index)))
        case .starting, .running:
            clearHistory(index)
            stopAlone(index, then: afterRestart(index), at: now)
        }
    }

    /// Stops a child if it runs, and forgets it.
    package mutating func deleteChild(_ name: ActorName, at now: Moment) throws(SupervisionCommandError) {
        let index = try require(name)
        switch slots[index].phase {
        case .down, .queued, .waiting: remove(index, at: now)
        case .stopping(let until, _):
            slots[index].afterOrderedStop = .remove
            move(index, to: .stopping(until: until, then: .remove))
        case .starting, .running: stopAlone(index, then: .remove, at: now)
        }
        advance(at: now)
    }

    private func requireUp() throws(SupervisionCommandError) {
        guard isUp else { throw .notTakingCommands(spec.name) }
    }

    private func require(_ name: ActorName) throws(SupervisionCommandError) -> Int {
        guard let index = names.firstIndex(of: name) else { throw .unknown(name) }
        try requireUp()
        return index
    }

    /// Within an ordered stop the child starts again in its turn; alone, at once.
    private func afterRestart(_ index: Int) -> ChildSlot.AfterStop { slots[index].isInOrderedStop ? .queue : .restart }

    private mutating func bringUp(_ index: Int, at now: Moment) {
        // While others start or stop in order, it waits for its turn.
        if phase == .starting || orderedStopCount > 0 || (isGrouped && queuedCount > 0) {
            move(index, to: .queued)
        } else {
            startNow(index, at: now)
        }
    }

    private mutating func clearHistory(_ index: Int) {
        slots[index].attempt = 0
        slots[index].isDegraded = false
        slots[index].budget?.reset()
    }
}
