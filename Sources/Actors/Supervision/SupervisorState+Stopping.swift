import Bus

extension SupervisorState {
    /// Stops all children in reverse order, then ends.
    ///
    /// Allowed at any time, before the start too.
    package mutating func stop(at now: Moment) { end(as: .stopped, at: now) }

    /// Shuts every child out at once, without waiting, and ends: the parent's patience is over.
    package mutating func abandon(at now: Moment) {
        end(as: .stopped, at: now)
        for index in slots.indices.reversed() where slots[index].isAlive {
            if !isStopping(index) { askToStop(index, then: .end, at: now) }
            shutOut(index, at: now)
            settleOrderedStop(index)
            move(index, to: .down(.notStarted))
        }
        advance(at: now)
    }

    /// The tree holds too many zombies: only a new process helps.
    package mutating func zombieLimitReached(count: Int, at now: Moment) {
        end(as: .failed(.tooManyZombies(count: count)), at: now)
    }

    mutating func end(as outcome: SupervisorOutcome, at now: Moment) {
        guard !isEnding else { return }
        if case .failed(let error) = outcome {
            report(spec.name, number: 0, .escalated(error), at: now)
        }
        phase = .ending(outcome)
        for index in slots.indices {
            if slots[index].isAlive { joinOrderedStop(index, then: .end) } else { standDown(index) }
        }
        advance(at: now)
    }

    mutating func finish(_ outcome: SupervisorOutcome, at now: Moment) {
        phase = .ended(outcome)
        report(spec.name, number: 0, .supervisorEnded(outcome), at: now)
        outbox.append(.finish(outcome))
    }

    /// Makes a living child part of the stop that goes through the children in reverse order.
    mutating func joinOrderedStop(_ index: Int, then: ChildSlot.AfterStop) {
        if case .stopping(let until, _) = slots[index].phase { move(index, to: .stopping(until: until, then: then)) }
        slots[index].afterOrderedStop = then
        guard !slots[index].isInOrderedStop else { return }
        slots[index].isInOrderedStop = true
        orderedStopCount += 1
    }

    /// Asks the last child of the ordered stop to go, and the one before it once that is gone.
    mutating func advanceOrderedStop(at now: Moment) {
        var index = slots.count - 1
        while index >= 0 {
            if slots[index].isInOrderedStop {
                if !isStopping(index) {
                    askToStop(index, then: slots[index].afterOrderedStop, at: now)
                    if slots[index].spec.shutdown == .brutal {
                        shutOut(index, at: now)
                        settle(index, at: now)
                    }
                }
                // One at a time, but for dynamic children, which do not depend on each other.
                if spec.strategy != .dynamic, index < slots.count, slots[index].isInOrderedStop { return }
            }
            index -= 1
        }
    }

    /// Stops one child out of turn.
    mutating func stopAlone(_ index: Int, then: ChildSlot.AfterStop, at now: Moment) {
        askToStop(index, then: then, at: now)
        guard slots[index].spec.shutdown == .brutal else { return }
        shutOut(index, at: now)
        settle(index, at: now)
        advance(at: now)
    }

    private mutating func askToStop(_ index: Int, then: ChildSlot.AfterStop, at now: Moment) {
        let until: Moment =
            switch slots[index].spec.shutdown {
            case .after(let grace): now + grace
            // Brutally stopped children are shut out in the same breath.
            case .brutal, .infinity: .distantFuture
            }
        move(index, to: .stopping(until: until, then: then))
        report(index, .stopping, at: now)
        outbox.append(.stop(names[index], number: slots[index].number))
    }

    /// Shuts out an incarnation that has not ended in time.
    ///
    /// It is a ghost until its task ends.
    mutating func shutOut(_ index: Int, at now: Moment) {
        let isBrutal = slots[index].spec.shutdown == .brutal
        let countsAt = isBrutal ? now + SupervisorState.brutalGrace : now
        let shown = judgedReason(index) ?? .fenced
        slots[index].lastExit = shown
        ghosts.append(Ghost(name: names[index], number: slots[index].number, countsAt: countsAt))
        outbox.append(.fence(names[index], number: slots[index].number))
        report(index, .fenced, at: now)
        report(index, .exited(shown), at: now)
        if countsAt > now { noteDeadline(countsAt) } else { countZombies(at: now) }
    }

    mutating func countZombies(at now: Moment) {
        for index in ghosts.indices where !ghosts[index].isZombie && ghosts[index].countsAt <= now {
            ghosts[index].isZombie = true
            report(ghosts[index].name, number: ghosts[index].number, .zombieAppeared, at: now)
            outbox.append(.zombies(change: 1))
        }
    }

    /// A task that was given up on has ended after all.
    mutating func ghostEnded(_ name: ActorName, number: UInt64, at now: Moment) {
        guard let index = ghosts.firstIndex(where: { $0.name == name && $0.number == number }) else { return }
        let ghost = ghosts.remove(at: index)
        guard ghost.isZombie else { return }
        report(name, number: number, .zombieEnded, at: now)
        outbox.append(.zombies(change: -1))
    }

    /// Does what was to follow the stop of a child that is gone now.
    ///
    /// The caller advances.
    mutating func settle(_ index: Int, at now: Moment) {
        guard case .stopping(_, let then) = slots[index].phase else { return }
        settleOrderedStop(index)
        switch then {
        case .queue: move(index, to: .queued)
        case .restart: startNow(index, at: now)
        case .judge(let reason):
            move(index, to: .down(.notStarted))
            judge(index, reason, at: now)
        case .hold:
            move(index, to: .down(.held))
            report(index, .heldDown, at: now)
        case .end: move(index, to: .down(.notStarted))
        case .remove: remove(index, at: now)
        }
    }

    func isStopping(_ index: Int) -> Bool {
        if case .stopping = slots[index].phase { true } else { false }
    }

    /// The failure for which the supervisor itself stops a child.
    func judgedReason(_ index: Int) -> ExitReason? {
        guard case .stopping(_, then: .judge(let reason)) = slots[index].phase else { return nil }
        return reason
    }

    mutating func settleOrderedStop(_ index: Int) {
        guard slots[index].isInOrderedStop else { return }
        slots[index].isInOrderedStop = false
        orderedStopCount -= 1
    }

    /// A child that is not there will not be started any more.
    private mutating func standDown(_ index: Int) {
        switch slots[index].phase {
        case .queued, .waiting: move(index, to: .down(.notStarted))
        case .down, .starting, .running, .stopping: break
        }
    }
}
