package import Bus

extension SupervisorState {
    /// A child's task has ended.
    ///
    /// - Returns: `true` when the same incarnation is to run on; then the task must call `run()` again.
    package mutating func childExited(
        _ name: ActorName,
        number: UInt64,
        _ reason: ExitReason,
        at now: Moment
    ) -> Bool {
        guard let index = names.firstIndex(of: name), slots[index].number == number, slots[index].isAlive else {
            ghostEnded(name, number: number, at: now)
            return false
        }
        if mayResume(index, reason, at: now) {
            report(index, .resumed(reason), at: now)
            return true
        }
        let wasAsked = isStopping(index) || slots[index].isInOrderedStop
        let shown = judgedReason(index) ?? (wasAsked && !reason.isFailure ? .stopped : reason)
        slots[index].lastExit = shown
        report(index, .exited(shown), at: now)
        if isStopping(index) {
            settle(index, at: now)
        } else if slots[index].isInOrderedStop {
            // It went by itself before its turn came.
            move(index, to: .stopping(until: .distantFuture, then: slots[index].afterOrderedStop))
            settle(index, at: now)
        } else {
            judge(index, reason, at: now)
        }
        advance(at: now)
        return false
    }

    /// Decides what follows the end of a child that ended by itself, or that was stopped for a failure.
    mutating func judge(_ index: Int, _ reason: ExitReason, at now: Moment) {
        let isFirstStart = phase == .starting && !slots[index].wasReady
        move(index, to: .down(.notStarted))
        guard !isEnding else { return }
        switch directive(index, reason) {
        case .escalate: end(as: .failed(.escalated(child: names[index], reason: reason)), at: now)
        case .stop: hold(index, at: now)
        case .restart, .resume:
            if reason.isFailure, isFirstStart, spec.firstStart == .abort {
                return end(as: .failed(.startFailed(child: names[index], reason: reason)), at: now)
            }
            switch slots[index].spec.restart {
            case .permanent: restart(index, reason, at: now)
            case .transient where reason.isFailure: restart(index, reason, at: now)
            case .transient, .temporary: retire(index, at: now)
            }
        }
    }

    /// A child ended by itself and does not come back.
    private mutating func retire(_ index: Int, at now: Moment) {
        let isSignificant = slots[index].spec.isSignificant
        if slots[index].spec.restart == .temporary {
            remove(index, at: now)
        } else {
            move(index, to: .down(.finished))
        }
        guard isSignificant else { return }
        switch spec.autoShutdown {
        case .never: break
        case .anySignificant: end(as: .finished, at: now)
        case .allSignificant:
            let isOneLeft = slots.contains { slot in
                guard slot.spec.isSignificant else { return false }
                if case .down = slot.phase { return false }
                return true
            }
            if !isOneLeft { end(as: .finished, at: now) }
        }
    }

    private mutating func hold(_ index: Int, at now: Moment) {
        move(index, to: .down(.held))
        report(index, .heldDown, at: now)
    }

    private mutating func restart(_ index: Int, _ reason: ExitReason, at now: Moment) {
        settleHistory(index, at: now)
        if slots[index].isDegraded, case .degrade(let every) = slots[index].spec.whenExhausted {
            return bringBack(index, after: every, at: now)
        }
        guard let used = spendRestart(index, at: now) else {
            let delay = slots[index].spec.backoff.delay(attempt: slots[index].attempt, using: &random)
            slots[index].attempt += 1
            return bringBack(index, after: delay, at: now)
        }
        switch slots[index].spec.whenExhausted {
        case .escalate:
            end(as: .failed(.exhausted(child: names[index], limit: used, last: reason)), at: now)
        case .stop: hold(index, at: now)
        case .degrade(let every):
            slots[index].isDegraded = true
            slots[index].budget?.reset()
            report(index, .degraded(every: every), at: now)
            bringBack(index, after: every, at: now)
        }
    }

    /// Starts a child again, with those that the strategy ties to it.
    private mutating func bringBack(_ index: Int, after delay: Duration, at now: Moment) {
        slots[index].restartsTotal += 1
        report(index, .restarting(after: delay), at: now)
        guard isGrouped else {
            if delay > .zero { move(index, to: .waiting(until: now + delay)) } else { startNow(index, at: now) }
            return
        }
        move(index, to: .queued)
        queueOpensAt = max(queueOpensAt, now + delay)
        let first = spec.strategy == .oneForAll ? 0 : index + 1
        for other in slots.indices where other >= first && other != index {
            switch slots[other].phase {
            case .starting, .running, .stopping:
                // A stop by command stays one: the operator's word outlives a sibling's failure.
                if case .stopping(_, then: .hold) = slots[other].phase { continue }
                if case .stopping(_, then: .remove) = slots[other].phase { continue }
                joinOrderedStop(other, then: slots[other].spec.restart == .temporary ? .remove : .queue)
            case .waiting, .down(.notStarted), .down(.finished): move(other, to: .queued)
            case .queued, .down(.held): break
            }
        }
    }

    /// Counts one restart against the child's limit and the supervisor's.
    ///
    /// - Returns: the limit that is used up, or `nil` when the restart may happen.
    private mutating func spendRestart(_ index: Int, at now: Moment) -> RestartLimit? {
        if let isLeft = slots[index].budget?.spend(at: now), !isLeft { return slots[index].spec.limit }
        return budget.spend(at: now) ? nil : spec.limit
    }

    /// A life that was quiet for long enough clears what was held against the child.
    mutating func settleHistory(_ index: Int, at now: Moment) {
        guard let readyAt = slots[index].readyAt, now - slots[index].spec.backoff.resetAfter >= readyAt else { return }
        slots[index].attempt = 0
        guard slots[index].isDegraded else { return }
        slots[index].isDegraded = false
        report(index, .recovered, at: now)
    }

    private mutating func mayResume(_ index: Int, _ reason: ExitReason, at now: Moment) -> Bool {
        guard phase == .running, case .running = slots[index].phase, !slots[index].isInOrderedStop,
            directive(index, reason) == .resume
        else { return false }
        settleHistory(index, at: now)
        // With the budget used up, `judge` finds it so again and does what the spec says about it.
        return !slots[index].isDegraded && spendRestart(index, at: now) == nil
    }

    private func directive(_ index: Int, _ reason: ExitReason) -> Directive {
        guard case .failed(let failure) = reason, !slots[index].spec.directives.isEmpty else { return .restart }
        return slots[index].spec.directives[failure.failureClass] ?? .restart
    }
}

extension Moment {
    static func - (left: Moment, right: Duration) -> Moment { left.advanced(by: .zero - right) }
    static func + (left: Moment, right: Duration) -> Moment { left.advanced(by: right) }
}
