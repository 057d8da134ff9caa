import Store
import Threading

/// One attempt of a step: the body, and beside it somebody who watches the clock, the lease and cancellation.
struct StepAttempt: Sendable {
    let flow: Flow
    let slot: StepSlot
    let number: Int
    /// The failures before it.
    let errors: [StepError]
    let work: StepWork

    private var settings: FlowSettings { flow.settings }

    /// How the body ended.
    struct End: Sendable {
        let result: Result<String, any Error>
        let elapsed: Duration
    }

    /// What the watcher saw.
    private enum Sight: Sendable {
        /// Nothing: the body has ended.
        case nothing
        case timeout
        case ending(FlowEnding)
    }

    private enum Child: Sendable {
        case body(Result<String, any Error>)
        case watcher(Sight)
    }

    /// - Throws: `FlowEnding` when the code has to be left, and how the body ended does not matter.
    func run() async throws(FlowEnding) -> End {
        if work.policy.repeating == .never { try await recordStart() }
        try settings.probe.pass(.beforeEffect(step: slot.name))
        let start = ContinuousClock.now
        let (result, sight) = await race()
        let elapsed = ContinuousClock.now - start
        // A body that got done has had its effect, whatever the watcher says: that has to be recorded.
        if case .success = result { return End(result: result, elapsed: elapsed) }
        switch sight {
        case .ending(let ending): throw ending
        case .timeout: return End(result: .failure(StepTimeout(limit: work.policy.timeout)), elapsed: elapsed)
        case .nothing:
            guard !Task.isCancelled else { throw .interrupted }
            return End(result: result, elapsed: elapsed)
        }
    }

    private func race() async -> (Result<String, any Error>, Sight) {
        let key = flow.idempotencyKey(slot.number)
        return await withTaskGroup(of: Child.self) { group in
            // The step against what may stop it; whichever is first ends the other.
            group.addTask { [work] in
                do {
                    return .body(.success(try await work.body(key)))
                } catch {
                    return .body(.failure(error))
                }
            }
            group.addTask { .watcher(await watch()) }
            var (result, sight): (Result<String, any Error>, Sight) = (.failure(CancellationError()), .nothing)
            for await child in group {
                switch child {
                case .body(let end): result = end
                case .watcher(let end): sight = end
                }
                group.cancelAll()
            }
            return (result, sight)
        }
    }

    /// Returns when the body should stop, or when it has.
    private func watch() async -> Sight {
        var left = work.policy.timeout
        var isStartRecorded = work.policy.repeating == .never
        while true {
            let nap = min(left, isStartRecorded ? settings.lookEvery : settings.startRecordedAfter)
            do {
                try await settings.clock.sleep(for: nap)
            } catch {
                return .nothing
            }
            left -= nap
            guard left > .zero else { return .timeout }
            do throws(FlowEnding) {
                try await look(recordingStart: !isStartRecorded)
                isStartRecorded = true
            } catch {
                switch error {
                // The database is out of order for a moment: the step goes on, and this looks again.
                case .storage: continue
                // The body has ended meanwhile, or the whole run is to stop: then the body is too.
                case .interrupted: return .nothing
                default: return .ending(error)
                }
            }
        }
    }

    /// - Throws: why the body should stop.
    private func look(recordingStart: Bool) async throws(FlowEnding) {
        if recordingStart {
            try await recordStart()
        } else if try await flow.journal?.look() == false {
            flow.state.withLock { $0.noteCancelRequest() }
        }
        if let stop = flow.state.withLock({ $0.stop }) { throw stop }
    }

    private func recordStart() async throws(FlowEnding) {
        var step = StepWrite(slot, .started, attempt: number)
        step.errors = errors
        let started = step
        try await flow.write { transaction, journal in _ = try transaction.write(started, of: journal) }
    }
}
