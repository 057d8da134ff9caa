import Bus
import Store

/// One step from its first attempt to its record, and from its record to its answer.
struct StepRun: Sendable {
    let flow: Flow
    let slot: StepSlot
    let work: StepWork
    private var settings: FlowSettings { flow.settings }

    init(flow: Flow, slot: StepSlot, work: StepWork) {
        self.flow = flow
        self.slot = slot
        self.work = work
    }

    /// What the step answers.
    ///
    /// - Throws: `StepFailure` when it has failed for good, `FlowEnding` when the code has to be left.
    func output() async throws -> String {
        if let record = slot.record, record.isFinished {
            guard record.state == .completed else { throw StepFailure(record) }
            return record.output ?? FlowJSON.nothing
        }
        _ = try flow.goOn()
        if let due = slot.record?.dueAt, due > flow.takenUpAt { try flow.park(until: due) }
        if let record = slot.record, work.policy.repeating == .never, record.hasUnknownOutcome {
            let message = "it began, and may not be repeated without knowing how that ended"
            throw try await fail(record.attempt, record.errors, .outcomeUnknown, message, .zero)
        }
        return try await attempts()
    }

    private func attempts() async throws -> String {
        var attempt = slot.record?.nextAttempt ?? 1
        var errors = slot.record?.errors ?? []
        while true {
            let end = try await StepAttempt(flow: flow, slot: slot, number: attempt, errors: errors, work: work).run()
            let error: any Error
            switch end.result {
            case .success(let output): return try await record(output, attempt, errors, end.elapsed)
            case .failure(let failure): error = failure
            }
            // The body called the flow, which steps may not.
            if slot.kind == .step, let ending = flow.ending { throw ending }
            let message = "\(error)".cut(toBytes: 500)
            switch work.policy.verdict(
                on: error,
                attempt: attempt,
                failures: errors.count,
                random: settings.random()
            ) {
            case .fail(let reason): throw try await fail(attempt, errors, reason, message, end.elapsed)
            case .retry(let delay, let reason, let isAttemptUsed):
                errors = try await wait(delay, attempt, errors, reason, message)
                if isAttemptUsed { attempt += 1 }
            }
        }
    }

    private func record(
        _ output: String,
        _ attempt: Int,
        _ errors: [StepError],
        _ elapsed: Duration
    ) async throws -> String {
        try settings.probe.pass(.afterEffect(step: slot.name))
        var step = StepWrite(slot, .completed, attempt: attempt)
        step.output = output
        step.errors = errors
        step.elapsed = elapsed
        let finished = step
        try await flow.write { transaction, journal in _ = try transaction.write(finished, of: journal) }
        try settings.probe.pass(.afterRecord(step: slot.name))
        return output
    }

    /// Records the step as failed.
    ///
    /// - Returns: the failure, for the code.
    private func fail(
        _ attempt: Int,
        _ errors: [StepError],
        _ reason: StepFailure.Reason,
        _ message: String,
        _ elapsed: Duration
    ) async throws(FlowEnding) -> StepFailure {
        var step = StepWrite(slot, .failed, attempt: attempt)
        step.elapsed = elapsed
        let failed = step
        try await flow.write { transaction, journal in
            let error = StepError(attempt: attempt, at: transaction.now, reason: reason, message: message)
            var failed = failed
            failed.errors = errors + [error]
            try transaction.write(failed, of: journal)
        }
        return StepFailure(number: slot.number, step: slot.name, attempts: attempt, reason: reason, message: message)
    }

    /// Records a failed attempt and waits for the next: here when it is not for long, else without a worker.
    ///
    /// - Returns: all failures so far.
    private func wait(
        _ delay: Duration,
        _ attempt: Int,
        _ errors: [StepError],
        _ reason: StepFailure.Reason,
        _ message: String
    ) async throws(FlowEnding) -> [StepError] {
        let isInPlace = delay <= settings.waitInPlaceMax
        var step = StepWrite(slot, .started, attempt: attempt)
        step.dueIn = delay
        let begun = step
        let (due, all) = try await flow.write { transaction, journal in
            let error = StepError(attempt: attempt, at: transaction.now, reason: reason, message: message)
            var begun = begun
            begun.errors = errors + [error]
            let due = try transaction.write(begun, of: journal)
            if !isInPlace { try transaction.setWaiting(journal, for: "attempt \(attempt + 1) of '\(begun.name)'") }
            return (due, begun.errors)
        }
        guard isInPlace else { try flow.park(until: due) }
        do {
            try await settings.clock.sleep(for: delay)
        } catch {
            throw .interrupted
        }
        _ = try flow.goOn()
        return all
    }
}
