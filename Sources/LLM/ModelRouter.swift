package import Bus
import HTTPClient
import Threading

/// Where every model call of the program goes: asks one target after the other until somebody has answered.
///
/// What it decides is `ChainRun`'s business, what it knows of the targets `TargetBoard`'s. A call belongs to the task that
/// makes it: when that is cancelled, the provider's connection is closed, and nothing goes on behind it.
package final class ModelRouter: Sendable {
    /// A model as the settings describe it.
    package struct Model: Hashable, Sendable {
        package let target: ModelTarget
        package var traits = ModelTraits()

        package init(_ target: ModelTarget, traits: ModelTraits = ModelTraits()) {
            self.target = target
            self.traits = traits
        }
    }

    /// Connections to providers are given up by the chain's clocks; these are only so that none is held for ever.
    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.connectSeconds = 5
        limits.firstByteSeconds = 600
        limits.idleSeconds = 600
        limits.totalSeconds = 3600
        return limits
    }()

    private let providers: [String: ModelProvider]
    private let models: [ModelTarget: Model]
    private let stopwatch: Stopwatch
    private let board: Mutex<TargetBoard>

    /// - Parameters:
    ///   - providers: those that there are.
    ///   - models: what is known of their models; others are asked without special care.
    ///   - settings: how much is sent to each, and when one is left alone.
    ///   - stopwatch: measures and waits.
    ///   - seed: where chance comes from.
    package init(
        providers: [ModelProvider],
        models: [Model] = [],
        settings: TargetBoard.Settings = TargetBoard.Settings(),
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        seed: UInt64
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
        self.models = Dictionary(models.map { ($0.target, $0) }) { first, _ in first }
        self.stopwatch = stopwatch
        board = Mutex(TargetBoard(settings: settings, seed: seed))
    }

    /// What is known of a target.
    package func standing(of target: ModelTarget) -> TargetBoard.Standing { board.withLock { $0[target] } }

    // MARK: Calls

    /// Asks, and hands on the answer as it comes.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - rungs: whom, in this order.
    ///   - settings: how patiently.
    ///   - take: gets the pieces, in order; the provider waits while it is not done. It has to return when its task is
    ///     cancelled.
    /// - Returns: what became of it; whatever was handed on before it stands.
    package func answer(
        _ request: ModelRequest,
        from rungs: [ModelRung],
        settings: ChainRun.Settings = ChainRun.Settings(),
        _ take: @escaping @Sendable ([CompletionPiece]) async -> Void
    ) async -> ChainRun.Outcome {
        let call = ModelCall(ChainRun(rungs, settings: settings, at: stopwatch.elapsed))
        return await withTaskCancellationHandler {
            await carry(request, call, take)
        } onCancel: {
            // At once, so that the target is free for others however long the client takes to let go.
            _ = decide(call) { run, board, now in run.cancel(&board, at: now) }
        }
    }

    private func carry(
        _ request: ModelRequest,
        _ call: ModelCall,
        _ take: @escaping @Sendable ([CompletionPiece]) async -> Void
    ) async -> ChainRun.Outcome {
        var actions = decide(call) { run, board, now in run.begin(&board, at: now) }
        while true {
            if let outcome = call.run.withLock({ $0.outcome }) { return outcome }
            guard let next = actions.last else { preconditionFailure("a call goes on or ends") }
            switch next {
            case .finish(let outcome): return outcome
            case .ask(let target, let text):
                let attempt = call.run.withLock { $0.attempt }
                let result = await visit(target, request.continued(text), call, attempt, take)
                actions = decide(call) { run, board, now in
                    switch result {
                    case .end(let end): run.end(end, &board, at: now)
                    case .failure(let failure) where failure.kind == .cancelled: run.cancel(&board, at: now)
                    case .failure(let failure): run.fail(failure, &board, at: now)
                    case .timeUp(let actions): actions
                    }
                }
            // Pieces are handed on by whoever reads them, and a visit that is over is dropped already.
            case .deliver, .drop: actions.removeLast()
            }
        }
    }

    private enum VisitResult: Sendable {
        case end(CompletionEnd)
        case failure(ModelFailure)
        /// What the chain has decided when it ran out of time.
        case timeUp([ChainRun.Action])
    }

    /// One target, until it has answered or failed, or its time is up.
    private func visit(
        _ target: ModelTarget,
        _ request: ModelRequest,
        _ call: ModelCall,
        _ attempt: Int,
        _ take: @escaping @Sendable ([CompletionPiece]) async -> Void
    ) async -> VisitResult {
        await withTaskGroup(of: VisitResult?.self) { group in
            group.addTask { await self.ask(target, request, call, attempt, take) }
            group.addTask { await self.watch(call) }
            var outcome: VisitResult?
            for await case let result? in group {
                // When the time is up the chain has gone on already, whatever the target has said meanwhile.
                if case .timeUp = result { outcome = result } else { outcome = outcome ?? result }
                group.cancelAll()
            }
            // Without one, both were cancelled before either was done.
            return outcome ?? .failure(ModelFailure(.cancelled))
        }
    }

    private func ask(
        _ target: ModelTarget,
        _ request: ModelRequest,
        _ call: ModelCall,
        _ attempt: Int,
        _ take: @Sendable ([CompletionPiece]) async -> Void
    ) async -> VisitResult {
        guard let provider = providers[target.provider] else {
            return .failure(ModelFailure(.unknownModel, detail: "there is no provider \(target.provider)"))
        }
        let traits = models[target]?.traits ?? ModelTraits()
        do throws(ModelFailure) {
            let end = try await provider.stream(
                request,
                model: target.model,
                traits: traits,
                limits: ModelRouter.limits
            ) { progress in
                for case .deliver(let pieces) in self.decide(call, { $0.receive(progress, from: attempt, &$1, at: $2) })
                {
                    await take(pieces)
                    let now = self.stopwatch.elapsed
                    call.run.withLock { $0.noteDelivered(from: attempt, at: now) }
                }
            }
            return .end(end)
        } catch {
            return .failure(error)
        }
    }

    /// - Returns: `nil` when the visit was over before its time.
    private func watch(_ call: ModelCall) async -> VisitResult? {
        while let moment = call.run.withLock({ $0.nextLook(at: stopwatch.elapsed) }) {
            let actions = decide(call) { run, board, now in run.tick(&board, at: now) }
            if !actions.isEmpty { return .timeUp(actions) }
            do {
                try await stopwatch.sleep(until: moment)
            } catch {
                return nil
            }
        }
        return nil
    }

    private func decide(
        _ call: ModelCall,
        _ body: (inout ChainRun, inout TargetBoard, Duration) -> [ChainRun.Action]
    ) -> [ChainRun.Action] {
        let now = stopwatch.elapsed
        return call.run.withLock { run in board.withLock { board in body(&run, &board, now) } }
    }
}

/// One call under way: its lock is taken before the board's.
private final class ModelCall: Sendable {
    let run: Mutex<ChainRun>

    init(_ run: ChainRun) { self.run = Mutex(run) }
}

extension ModelRequest {
    /// The same, to be gone on with from what somebody else has said of the answer.
    fileprivate func continued(_ text: String?) -> ModelRequest {
        guard let text else { return self }
        var request = self
        request.messages.append(ModelMessage(.assistant, text))
        request.messages.append(ModelMessage(.user, ModelRequest.goOn))
        return request
    }

    /// Not every model goes on from a last message of the assistant, so it is told.
    private static let goOn =
        "Your answer was cut off by a technical failure. Go on exactly where it ended, without repeating anything and "
        + "without a word about the failure."
}
