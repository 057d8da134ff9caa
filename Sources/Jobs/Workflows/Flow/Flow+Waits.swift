import Bus
import Store

/// What a wait came to in one look at the database.
enum WaitResult: Sendable {
    case over(StepState, output: String?)
    case parked(until: Timestamp?)
}

extension Flow {
    /// Waits, for seconds or for weeks, without holding a worker.
    package func sleep(_ name: String, _ duration: Duration) async throws {
        try await call(name) {
            let slot = try slot(name, .timer)
            _ = try await wait(slot) { transaction, journal in
                if try transaction.isOver(slot, of: journal) { return .over(.completed, output: nil) }
                return .parked(until: try transaction.beginWait(slot, within: duration, of: journal))
            }
        }
    }

    /// Waits for a signal, without holding a worker.
    ///
    /// Signals of one name are taken in the order in which they came, each by one call, also those that came before it.
    ///
    /// - Throws: `StepFailure` with `.timedOut` when none comes within the limit.
    package func signal<Payload: Decodable & Sendable>(
        _ name: String,
        as type: Payload.Type = Payload.self,
        within limit: Duration? = nil
    ) async throws -> Payload {
        let payload = try await call(name) {
            let slot = try slot(name, .signal)
            return try await wait(slot) { transaction, journal in
                if let payload = try transaction.takeSignal(slot, of: journal) {
                    return .over(.completed, output: payload)
                }
                if try transaction.isOver(slot, of: journal) { return .over(.failed, output: nil) }
                return .parked(until: try transaction.beginWait(slot, within: limit, of: journal))
            }
        }
        return try FlowJSON.decode(Payload.self, from: payload, of: "payload of signal '\(name)'")
    }

    /// Answers from the record, or looks once whether a wait is over and parks the run when it is not.
    func wait(
        _ slot: StepSlot,
        _ look: @escaping @Sendable (inout Transaction, RunJournal) throws -> WaitResult
    ) async throws -> String {
        if let record = slot.record, record.isFinished {
            guard record.state == .completed else { throw StepFailure(record) }
            return record.output ?? FlowJSON.nothing
        }
        _ = try goOn()
        let result = try await write { transaction, journal in
            let result = try look(&transaction, journal)
            guard case .over(let state, let output) = result else { return result }
            var step = StepWrite(slot, state)
            step.output = output
            if state == .failed { step.errors = [StepError(timeoutAt: transaction.now)] }
            try transaction.endWait(step, of: journal)
            return result
        }
        switch result {
        case .parked(let time): try park(until: time)
        case .over(.failed, _):
            throw StepFailure(
                number: slot.number,
                step: slot.name,
                attempts: 1,
                reason: .timedOut,
                message: StepError.nothingCame
            )
        case .over(_, let output):
            try settings.probe.pass(.afterRecord(step: slot.name))
            return output ?? FlowJSON.nothing
        }
    }
}

extension StepError {
    fileprivate static let nothingCame = "nothing came in time"

    fileprivate init(timeoutAt time: Timestamp) {
        self.init(attempt: 1, at: time, reason: .timedOut, message: StepError.nothingCame)
    }
}
