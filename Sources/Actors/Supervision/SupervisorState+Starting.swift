package import Bus

extension SupervisorState {
    /// Starts the children, in order, each when the one before it is ready.
    package mutating func start(at now: Moment) {
        guard phase == .fresh else { return }
        phase = .starting
        for index in slots.indices { move(index, to: .queued) }
        advance(at: now)
    }

    /// A child says that it does its work.
    package mutating func childReady(_ name: ActorName, number: UInt64, at now: Moment) {
        guard let index = names.firstIndex(of: name), slots[index].number == number,
            case .starting = slots[index].phase
        else { return }
        move(index, to: .running)
        slots[index].readyAt = now
        slots[index].wasReady = true
        report(index, .ready, at: now)
        if let heartbeat = slots[index].spec.heartbeat { noteDeadline(now + heartbeat.silenceMax) }
        if slots[index].isDegraded { noteDeadline(now + slots[index].spec.backoff.resetAfter) }
        advance(at: now)
    }

    /// Moves on whatever is held up: the ordered stop first, then the starts that wait for their turn.
    mutating func advance(at now: Moment) {
        if orderedStopCount > 0 { advanceOrderedStop(at: now) }
        if case .ending(let outcome) = phase {
            if orderedStopCount == 0, !slots.contains(where: \.isAlive) { finish(outcome, at: now) }
            return
        }
        guard isUp, orderedStopCount == 0 else { return }
        if queuedCount > 0 { startQueued(at: now) }
        if phase == .starting, queuedCount == 0, !slots.contains(where: holdsUpFirstStart) {
            phase = .running
            report(spec.name, number: 0, .supervisorReady, at: now)
            outbox.append(.becameReady)
        }
    }

    mutating func startNow(_ index: Int, at now: Moment) {
        slots[index].number += 1
        slots[index].startedAt = now
        slots[index].readyAt = nil
        let timeout = slots[index].spec.startTimeout
        move(index, to: .starting(until: timeout.map { now + $0 } ?? .distantFuture))
        report(index, .started, at: now)
        outbox.append(.start(names[index], number: slots[index].number))
    }

    private mutating func startQueued(at now: Moment) {
        guard now >= queueOpensAt else { return noteDeadline(queueOpensAt) }
        for index in slots.indices {
            switch slots[index].phase {
            case .queued:
                startNow(index, at: now)
                return
            case .starting: return
            case .stopping(_, let then) where isGrouped && then.comesBack: return
            case .waiting, .stopping:
                if holdsUpFirstStart(slots[index]) { return }
            case .running, .down: continue
            }
        }
    }

    /// Whether a child keeps the supervisor from having started: on its way, and never yet seen to work.
    ///
    /// A degraded child holds up nobody: where siblings depend on it, they are queued behind it anyway.
    private func holdsUpFirstStart(_ slot: ChildSlot) -> Bool {
        switch slot.phase {
        case .queued, .starting: true
        case .waiting, .stopping: !slot.wasReady && !slot.isDegraded
        case .running, .down: false
        }
    }
}
