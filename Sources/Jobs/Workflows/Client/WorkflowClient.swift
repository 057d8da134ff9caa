package import Bus
package import Store

/// What the rest of the program does with workflow runs: begins them, speaks to them, looks at them.
///
/// A run that went on as a new one is spoken to by the id of either.
package struct WorkflowClient: Sendable {
    let store: any Storage
    let author: Incarnation
    let clock: any Clock<Duration>

    /// - Parameters:
    ///   - store: where runs are recorded.
    ///   - author: who publishes what is decided here.
    ///   - clock: for waits.
    package init(
        store: any Storage,
        author: Incarnation = Incarnation(of: "workflows"),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.store = store
        self.author = author
        self.clock = clock
    }

    /// Begins a run; in a transaction of one's own, `Transaction.start` does.
    ///
    /// - Returns: the run's id, or that of the run that makes this one superfluous.
    /// - Throws: `FlowValueError`, `StoreError`.
    @discardableResult
    package func start<Input, Output>(
        _ workflow: Workflow<Input, Output>,
        _ input: Input,
        id: UUIDv7? = nil,
        uniqueKey: String? = nil
    ) async throws -> Enqueued {
        try await start(WorkflowStart(workflow, input, id: id, uniqueKey: uniqueKey))
    }

    @discardableResult
    package func start(_ start: WorkflowStart) async throws(StoreError) -> Enqueued {
        try await JobQueue(store: store).enqueue(start.request)
    }

    /// How a signal was taken.
    package enum Receipt: Hashable, Sendable {
        case accepted
        /// A message with the same id had come before: nothing was done.
        case duplicate
    }

    /// Sends a signal to a run that has not ended, also to one that does not wait for it yet, or has not begun.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - name: what the run's code calls it.
    ///   - payload: what the code gets.
    ///   - messageID: tells repetitions from new messages.
    /// - Throws: `WorkflowError`: `.unknownRun`, `.finished`; `FlowValueError`; `StoreError`.
    @discardableResult
    package func signal(
        _ run: UUIDv7,
        _ name: String,
        _ payload: some Encodable & Sendable,
        messageID: String
    ) async throws -> Receipt {
        let payload = try FlowJSON.encode(payload, of: "payload of signal '\(name)'")
        return try await signal(run, name, json: payload, messageID: messageID)
    }

    /// Sends a signal whose payload is JSON already.
    @discardableResult
    package func signal(_ run: UUIDv7, _ name: String, json payload: String, messageID: String) async throws -> Receipt
    {
        try await speak(to: run) { transaction, open in
            let known = try transaction.rows(ClientSQL.findMessage, [SQLValue(run), .text(messageID)])
            guard known.isEmpty else { return .duplicate }
            let arguments: [SQLValue] = [SQLValue(open.id), .text(name), .text(messageID), .text(payload)]
            try transaction.execute(ClientSQL.insertSignal, arguments)
            return .accepted
        }
    }

    /// Asks a run to stop before its next step, and to undo what it has done; its children too.
    ///
    /// A run that has not begun is cancelled at once.
    ///
    /// - Returns: false when it had ended already.
    /// - Throws: `WorkflowError.unknownRun`, `StoreError`.
    @discardableResult
    package func cancel(_ run: UUIDv7, by who: String) async throws -> Bool {
        do {
            try await speak(to: run) { transaction, open in
                // Being begun this very moment: it will find that it is to be cancelled.
                if open.isRunning { try transaction.execute(ClientSQL.markBeginning, [SQLValue(open.id)]) }
                try transaction.execute(ClientSQL.cancelRuns, [SQLValue(open.id), .text(who)])
                try transaction.execute(ClientSQL.wakeRuns, [SQLValue(open.id)])
                try transaction.execute(ClientSQL.cancelJobs, [SQLValue(open.id)])
            }
        } catch WorkflowError.finished {
            return false
        }
        store.post(JobNotice.cancelled)
        return true
    }

    /// Does something to a run that has not ended, and wakes it.
    func speak<Value: Sendable>(
        to run: UUIDv7,
        _ body: @escaping @Sendable (inout Transaction, OpenRun) throws -> Value
    ) async throws -> Value {
        let (value, queue) = try await store.commit(by: author) { transaction in
            let open = try OpenRun(run, &transaction)
            let value = try body(&transaction, open)
            try transaction.execute(ClientSQL.nudge, [SQLValue(open.id)])
            return (value, open.queue)
        }.value
        store.post(JobNotice.queue(queue))
        return value
    }
}

/// Why a run could not be spoken to.
package enum WorkflowError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownRun(UUIDv7)
    /// It has ended: nobody would take what is sent to it.
    case finished(UUIDv7, String)
    /// Nothing of this name waits for a decision.
    case notAsked(String)
    /// The decision names other content than what is to be approved.
    case contentChanged(String)
    case alreadyDecided(String, decision: String, by: String?)
    /// The deadline has passed.
    case expired(String)
    /// It did not complete.
    case failed(UUIDv7, String)
    case cancelled(UUIDv7)

    package var description: String {
        switch self {
        case .unknownRun(let run): "there is no workflow run \(run)"
        case .finished(let run, let state): "workflow run \(run) has ended: \(state)"
        case .notAsked(let what): "nobody asked for '\(what)' to be approved"
        case .contentChanged(let what): "the content of '\(what)' has changed: look at it again"
        case .alreadyDecided(let what, let decision, let who):
            "'\(what)' has been \(decision)\(who.map { " by \($0)" } ?? "")"
        case .expired(let what): "the time to decide on '\(what)' is over"
        case .failed(let run, let why): "workflow run \(run) failed: \(why)"
        case .cancelled(let run): "workflow run \(run) was cancelled"
        }
    }
}

/// A run that has not ended, held until the transaction ends.
struct OpenRun: Sendable {
    let id: UUIDv7
    let workflow: String
    let queue: String
    let isRunning: Bool

    /// Finds the run that goes on from the given one, and holds it.
    ///
    /// - Throws: `WorkflowError`: `.unknownRun`, `.finished`.
    init(_ run: UUIDv7, _ transaction: inout Transaction) throws {
        // It may go on as another between looking and holding; then there is one more to hold.
        for _ in 0..<10 {
            guard let newest = try transaction.rows(ClientSQL.newest, [SQLValue(run)]).first?[0].id else {
                throw WorkflowError.unknownRun(run)
            }
            guard let row = try transaction.rows(ClientSQL.hold, [SQLValue(newest)]).first else { continue }
            guard let workflow = row[0].text, let queue = row[1].text, let state = row[2].text else { continue }
            let known = try transaction.rows(ClientSQL.runState, [SQLValue(newest)]).first
            guard known?[1].id == nil else { continue }
            let runState = known?[0].text.flatMap(RunState.init)
            if JobState(rawValue: state)?.isFinal == true || runState?.isFinal == true {
                throw WorkflowError.finished(newest, runState?.rawValue ?? state)
            }
            (id, isRunning) = (newest, state == JobState.running.rawValue)
            (self.workflow, self.queue) = (workflow, queue)
            return
        }
        throw StoreError(.busy, "workflow run")
    }
}
