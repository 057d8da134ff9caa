package import Bus

extension SupervisorState {
    /// Does everything whose time has come.
    ///
    /// - Parameters:
    ///   - now: the moment up to which deadlines have passed.
    ///   - lastProgress: when a child last reported progress, or `nil` if it never has.
    package mutating func tick(at now: Moment, lastProgress: (ActorName) -> Moment?) {
        guard now >= nextDeadline else { return }
        countZombies(at: now)
        // By name: what happens to one child may remove another, or end the supervisor.
        for name in names {
            guard let index = names.firstIndex(of: name) else { continue }
            expire(index, at: now, lastProgress: lastProgress)
        }
        advance(at: now)
        nextDeadline = .distantFuture
        renewDeadlines(after: now, lastProgress: lastProgress)
    }

    private mutating func expire(_ index: Int, at now: Moment, lastProgress: (ActorName) -> Moment?) {
        switch slots[index].phase {
        case .starting(let until) where until <= now && !slots[index].isInOrderedStop:
            stopAlone(index, then: .judge(.startTimedOut), at: now)
        case .stopping(let until, _) where until <= now:
            shutOut(index, at: now)
            settle(index, at: now)
        case .waiting(let until) where until <= now: startNow(index, at: now)
        case .running where !slots[index].isInOrderedStop:
            if slots[index].isDegraded { settleHistory(index, at: now) }
            guard let silentUntil = heartbeatDeadline(index, lastProgress), silentUntil <= now else { return }
            stopAlone(index, then: .judge(.heartbeatLost), at: now)
        case .down, .queued, .waiting, .starting, .running, .stopping: break
        }
    }

    private mutating func renewDeadlines(after now: Moment, lastProgress: (ActorName) -> Moment?) {
        for ghost in ghosts where !ghost.isZombie { noteDeadline(ghost.countsAt) }
        if queuedCount > 0, queueOpensAt > now { noteDeadline(queueOpensAt) }
        for index in slots.indices {
            switch slots[index].phase {
            case .waiting(let until), .stopping(let until, _): noteDeadline(until)
            // Those whose turn to be stopped comes anyway have no deadline until then.
            case .starting where slots[index].isInOrderedStop, .running where slots[index].isInOrderedStop: break
            case .starting(let until): noteDeadline(until)
            case .running:
                if let deadline = heartbeatDeadline(index, lastProgress) { noteDeadline(deadline) }
                if slots[index].isDegraded, let readyAt = slots[index].readyAt {
                    noteDeadline(readyAt + slots[index].spec.backoff.resetAfter)
                }
            case .down, .queued: break
            }
        }
    }

    private func heartbeatDeadline(_ index: Int, _ lastProgress: (ActorName) -> Moment?) -> Moment? {
        guard let heartbeat = slots[index].spec.heartbeat, let readyAt = slots[index].readyAt else { return nil }
        return max(readyAt, lastProgress(names[index]) ?? readyAt) + heartbeat.silenceMax
    }
}
