package import Bus
import HTTPClient
import Threading

/// Where every model call of the program goes: asks one target after the other until somebody has answered.
///
/// What it decides is `ChainRun`'s business, what it knows of the targets `TargetBoard`'s. A call belongs to the task that
/// makes it: when that is cancelled, the provider's connection is closed, and nothing goes on behind it.
package final class ModelRouter: Sendable {
    /// Whom there is to ask, and how.
    ///
    /// A call keeps the one it has begun with.
    package struct Plan: Sendable {
        package var providers: [ModelProvider]
        package var catalogue: ModelCatalogue
        /// How much is sent to each, and when one is left alone.
        package var board = TargetBoard.Settings()
        /// How patient a call is, unless it says otherwise.
        package var chain = ChainRun.Settings()

        package init(providers: [ModelProvider], catalogue: ModelCatalogue) {
            self.providers = providers
            self.catalogue = catalogue
        }
    }

    /// What it tells while it works; called outside of all locks.
    package struct Hooks: Sendable {
        package var onCall: @Sendable (CallReport) -> Void = { _ in }
        package var onChange: @Sendable (TargetBoard.Change) -> Void = { _ in }

        package init() {}
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

    private let stopwatch: Stopwatch
    private let hooks: Hooks
    private let current: Mutex<Plan>
    private let board: Mutex<TargetBoard>
    /// Providers that did not answer the last time they were looked at.
    private let unreachable = Mutex(Set<String>())

    /// - Parameters:
    ///   - plan: whom there is to ask.
    ///   - hooks: who hears of it.
    ///   - stopwatch: measures and waits.
    ///   - seed: where chance comes from.
    package init(
        _ plan: Plan,
        hooks: Hooks = Hooks(),
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        seed: UInt64
    ) {
        self.stopwatch = stopwatch
        self.hooks = hooks
        current = Mutex(plan)
        board = Mutex(TargetBoard(settings: plan.board, seed: seed))
    }

    package var plan: Plan { current.withLock { $0 } }

    /// Other providers, models and limits, from the next call on.
    ///
    /// What is known of the targets stays.
    /// - Returns: the plan until now; calls under way still use its providers.
    package func replace(with plan: Plan) -> Plan {
        board.withLock { $0.settings = plan.board }
        return current.withLock { current in
            defer { current = plan }
            return current
        }
    }

    // MARK: Looking, and what operators do

    /// What is known of a target.
    package func standing(of target: ModelTarget) -> TargetBoard.Standing { board.withLock { $0[target] } }

    /// The moment, on the watch that standings count by.
    package var elapsed: Duration { stopwatch.elapsed }

    /// Providers whose key or money is gone, as far as we know.
    package var shutProviders: [String] {
        let now = stopwatch.elapsed
        return board.withLock { $0.shutProviders(at: now) }
    }

    package var drained: Set<String> { board.withLock { $0.drained } }

    /// Takes a provider out of service, or back into it; what is under way there goes on.
    ///
    /// - Returns: whether there is such a provider.
    package func drain(_ provider: String, _ isDrained: Bool) -> Bool {
        guard plan.providers.contains(where: { $0.name == provider }) else { return false }
        board.withLock { $0.drain(provider, isDrained) }
        return true
    }

    /// Asks a provider for the list of its models, which costs nothing; one that answers is tried again with the next call.
    ///
    /// - Returns: what came of it; `nil` when there is no such provider.
    package func probe(_ provider: String) async -> ModelProvider.Reachability? {
        guard let found = plan.providers.first(where: { $0.name == provider }) else { return nil }
        let reachability = await found.reachability()
        let now = stopwatch.elapsed
        if reachability.isReachable { board.withLock { $0.recover(provider, at: now) } }
        return reachability
    }

    /// Looks whether those that are left alone can be reached again.
    ///
    /// One that did not answer and now does is tried with the next call, however long it was to be left alone. One that
    /// answers all the time is in trouble of another kind, which only a call can find out about.
    package func lookForRecovered() async {
        let ill = board.withLock { $0.illProviders }
        unreachable.withLock { $0.formIntersection(ill) }
        await withTaskGroup { group in
            for provider in plan.providers where ill.contains(provider.name) {
                // Each by itself: one that does not answer must not hide that another is back.
                group.addTask { [self] in
                    let isReachable = await provider.reachability().isReachable
                    let wasDown = unreachable.withLock { down in
                        isReachable ? down.remove(provider.name) != nil : !down.insert(provider.name).inserted
                    }
                    guard isReachable, wasDown else { return }
                    let now = stopwatch.elapsed
                    board.withLock { $0.recover(provider.name, at: now) }
                }
            }
        }
    }

    // MARK: Calls

    /// Asks, and hands on the answer as it comes.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - task: what for.
    ///   - rungs: whom, in this order; those of the task unless said otherwise.
    ///   - change: what this call does otherwise than the others.
    ///   - take: gets the pieces, in order, with whoever says them; the provider waits while it is not done. It has to
    ///     return when its task is cancelled.
    /// - Returns: what became of it; whatever was handed on before it stands.
    package func answer(
        _ request: ModelRequest,
        for task: ModelTask,
        from rungs: [ModelRung]? = nil,
        _ change: (inout ChainRun.Settings) -> Void = { _ in },
        _ take: @escaping @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> CallReport {
        let plan = plan
        var settings = plan.chain
        for case (let target, let wait?) in plan.catalogue.models.values.map({ ($0.target, $0.firstContent) }) {
            settings.firstContentOf[target] = wait
        }
        change(&settings)
        let began = stopwatch.elapsed
        let call = ModelCall(
            ChainRun(
                plan.catalogue.holding(
                    request.inputEstimate,
                    of: plan.able(to: request, of: rungs ?? plan.catalogue.rungs(for: task))
                ),
                settings: settings,
                at: began
            ),
            request: request,
            plan: plan
        )
        let outcome = await withTaskCancellationHandler {
            await carry(call, take)
        } onCancel: {
            // At once, so that the target is free for others however long the client takes to let go.
            _ = decide(call) { run, board, now in run.cancel(&board, at: now) }
        }
        let report = call.run.withLock { run in
            CallReport(
                task: task,
                outcome: outcome,
                attempts: run.attempts,
                firstContentAfter: run.firstContentAfter,
                took: stopwatch.elapsed - began,
                content: run.content,
                costs: call.costs(of: outcome)
            )
        }
        hooks.onCall(report)
        return report
    }

    private func carry(
        _ call: ModelCall,
        _ take: @escaping @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> ChainRun.Outcome {
        var actions = decide(call) { run, board, now in run.begin(&board, at: now) }
        while true {
            if let outcome = call.run.withLock({ $0.outcome }) { return outcome }
            guard let next = actions.last else { preconditionFailure("a call goes on or ends") }
            switch next {
            case .finish(let outcome): return outcome
            case .ask(let target, let text):
                let visit = ModelVisit(
                    target: target,
                    request: call.request.continued(text),
                    attempt: call.run.withLock { $0.attempt }
                )
                let result = await self.visit(visit, call, take)
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
        _ visit: ModelVisit,
        _ call: ModelCall,
        _ take: @escaping @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> VisitResult {
        await withTaskGroup(of: VisitResult?.self) { group in
            // The target against the clocks of the call; whichever is first decides.
            group.addTask { await self.ask(visit, call, take) }
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
        _ visit: ModelVisit,
        _ call: ModelCall,
        _ take: @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> VisitResult {
        let target = visit.target
        guard let provider = call.plan.providers.first(where: { $0.name == target.provider }) else {
            return .failure(ModelFailure(.unknownModel, detail: "there is no provider \(target.provider)"))
        }
        let model = call.plan.catalogue[target]
        var request = visit.request
        if let most = model?.outputTokensMax { request.outputTokensMax = min(request.outputTokensMax, most) }
        do throws(ModelFailure) {
            let end = try await provider.stream(
                request,
                model: target.model,
                traits: model?.traits ?? ModelTraits(),
                limits: ModelRouter.limits
            ) { progress in
                let actions = self.decide(call) { $0.receive(progress, from: visit.attempt, &$1, at: $2) }
                for case .deliver(let pieces) in actions {
                    await take(pieces, target)
                    let now = self.stopwatch.elapsed
                    call.run.withLock { $0.noteDelivered(from: visit.attempt, at: now) }
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
        let (actions, changes) = call.run.withLock { run in
            board.withLock { board in (body(&run, &board, now), board.takeChanges()) }
        }
        for change in changes { hooks.onChange(change) }
        return actions
    }
}

/// One call under way: its lock is taken before the board's.
private final class ModelCall: Sendable {
    let run: Mutex<ChainRun>
    let request: ModelRequest
    let plan: ModelRouter.Plan

    init(_ run: ChainRun, request: ModelRequest, plan: ModelRouter.Plan) {
        self.run = Mutex(run)
        self.request = request
        self.plan = plan
    }

    func costs(of outcome: ChainRun.Outcome) -> [ModelTarget: Int64] {
        switch outcome {
        case .complete(_, let by), .brokenOff(_, let by): costs(of: by)
        case .nobody, .refused: [:]
        }
    }

    private func costs(of contributions: [Contribution]) -> [ModelTarget: Int64] {
        Dictionary(
            contributions.compactMap { contribution in
                contribution.usage.map {
                    (contribution.target, (plan.catalogue[contribution.target]?.cost ?? ModelCost()).ticks(of: $0))
                }
            },
            uniquingKeysWith: +
        )
    }
}

/// One target that is asked.
private struct ModelVisit: Sendable {
    let target: ModelTarget
    let request: ModelRequest
    let attempt: Int
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
