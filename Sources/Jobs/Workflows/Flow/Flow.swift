package import Bus
import Store
import Threading

/// What a workflow's code calls: the steps and waits of one run.
///
/// Calls are numbered in their order. One call is made at a time; for steps side by side there are `parallel` and
/// `together`.
package final class Flow: Sendable {
    /// The largest output, input or payload that is recorded.
    ///
    /// Larger things are kept in files or in the station's own tables; a step answers with their names.
    package static let outputBytesMax = 64 * 1024
    package static let nameBytesMax = 120

    package let run: UUIDv7
    package let workflow: String
    /// The version of the code that the run began with.
    package let version: Int
    let journal: RunJournal?
    let settings: FlowSettings
    /// What time it was in the database when the run was taken up.
    let takenUpAt: Timestamp
    let state: Mutex<FlowState>

    /// - Parameters:
    ///   - run: what is recorded of the run.
    ///   - journal: where steps are recorded; without one, only recorded steps are answered.
    ///   - stop: where the code is left at the first step that is not recorded; `nil` to run it.
    ///   - settings: what all runs share.
    init(_ run: RunRecord, journal: RunJournal?, stop: FlowEnding?, settings: FlowSettings) {
        self.run = run.id
        workflow = run.name
        version = run.version
        self.journal = journal
        self.settings = settings
        takenUpAt = run.readAt
        state = Mutex(FlowState(steps: run.steps, stop: stop))
    }

    var ending: FlowEnding? { state.withLock { $0.ending } }
    /// What is recorded beyond the last call.
    var leftBehind: Nondeterminism? { state.withLock { $0.replay.end() } }

    /// What an attempt is known by on the far side: the same at every repetition.
    func idempotencyKey(_ number: Int) -> String { "\(run)/\(number)" }

    // MARK: For the calls

    /// Makes one call of the code, and remembers when it is left through it.
    func call<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        try state.withLock { state throws(FlowEnding) in try state.enter(name) }
        do {
            let value = try await body()
            state.withLock { $0.leave() }
            return value
        } catch let ending as FlowEnding {
            throw state.withLock { $0.end(ending) }
        } catch {
            state.withLock { $0.leave() }
            throw error
        }
    }

    func slot(_ name: String, _ kind: StepKind) throws(FlowEnding) -> StepSlot {
        try state.withLock { state throws(FlowEnding) in try state.slot(name, kind) }
    }

    /// Called before anything that is not recorded is done.
    ///
    /// - Returns: where to record it.
    /// - Throws: `FlowEnding` when the code has to be left here.
    func goOn() throws(FlowEnding) -> RunJournal {
        if let stop = state.withLock({ $0.stop }) { throw stop }
        guard let journal else { throw .recordEnds }
        guard !Task.isCancelled else { throw .interrupted }
        return journal
    }

    /// Writes under the fence, with the values that wait for it.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction, RunJournal) throws -> Value
    ) async throws(FlowEnding) -> Value {
        guard let journal else { throw .recordEnds }
        let pending = state.withLock { $0.takePending() }
        let written: RunJournal.Written<Value>
        do {
            written = try await journal.commit { transaction in
                for step in pending { try transaction.write(step, of: journal) }
                return try body(&transaction, journal)
            }
        } catch {
            // Nothing was written. They have to be there before anything that comes after them is.
            state.withLock { $0.pending.insert(contentsOf: pending, at: 0) }
            throw error
        }
        if written.isCancelRequested { state.withLock { $0.noteCancelRequest() } }
        return written.value
    }

    /// Leaves the code until a time, or until the run is nudged.
    func park(until time: Timestamp?) throws(FlowEnding) -> Never {
        try settings.probe.pass(.afterParking)
        throw .parked(until: time)
    }
}
