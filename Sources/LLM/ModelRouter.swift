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
        // Each search costs money of its own, whoever speaks first.
        if request.search != nil { settings.hedgeQuantile = nil }
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
                hedge: run.hedge,
                took: stopwatch.elapsed - began,
                content: run.content,
                costs: call.costs(of: outcome)
            )
        }
        hooks.onCall(report)
        return report
    }

    private enum Step: Sendable {
        /// An attempt has come to its end.
        case ended(CompletionEnd, attempt: Int)
        case failed(ModelFailure, attempt: Int)
        /// An attempt was dropped, or the clock is not needed any more.
        case over
        /// What the chain has decided when a clock ran out.
        case timeUp([ChainRun.Action])
    }

    private func carry(
        _ call: ModelCall,
        _ take: @escaping @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> ChainRun.Outcome {
        await withTaskGroup(of: Step.self) { group in
            var actions = decide(call) { run, board, now in run.begin(&board, at: now) }
            while true {
                for case .ask(let target, let attempt, let text) in actions {
                    let visit = ModelVisit(target: target, request: call.request.continued(text), attempt: attempt)
                    // Each by itself, as two may be asked at once.
                    group.addTask { await self.visit(visit, call, take) }
                    // Beside it, as every attempt brings clocks of its own, which may run out before those there are.
                    group.addTask { await self.watch(call) }
                }
                if let outcome = call.run.withLock({ $0.outcome }) {
                    group.cancelAll()
                    return outcome
                }
                switch await group.next() {
                case .timeUp(let decided)?:
                    actions = decided
                    // In the place of the one that has come to its end.
                    group.addTask { await self.watch(call) }
                case .ended(let end, let attempt)?:
                    actions = decide(call) { run, board, now in run.end(end, from: attempt, &board, at: now) }
                case .failed(let failure, _)? where failure.kind == .cancelled:
                    actions = decide(call) { run, board, now in run.cancel(&board, at: now) }
                case .failed(let failure, let attempt)?:
                    actions = decide(call) { run, board, now in run.fail(failure, from: attempt, &board, at: now) }
                case .over?: actions = []
                // All were cancelled before any of them was done.
                case nil: actions = decide(call) { run, board, now in run.cancel(&board, at: now) }
                }
            }
        }
    }

    /// One attempt, until the target has answered or failed, or is listened to no more.
    private func visit(
        _ visit: ModelVisit,
        _ call: ModelCall,
        _ take: @escaping @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> Step {
        let isDropped = call.begin(visit.attempt)
        return await withTaskGroup(of: Step.self) { group in
            // The target against the chain, which may have no use for it any more.
            group.addTask { await self.ask(visit, call, take) }
            group.addTask {
                for await _ in isDropped {}
                return .over
            }
            let first = await group.next() ?? .over
            group.cancelAll()
            return first
        }
    }

    private func ask(
        _ visit: ModelVisit,
        _ call: ModelCall,
        _ take: @Sendable ([CompletionPiece], ModelTarget) async -> Void
    ) async -> Step {
        let target = visit.target
        guard let provider = call.plan.providers.first(where: { $0.name == target.provider }) else {
            let failure = ModelFailure(.unknownModel, detail: "there is no provider \(target.provider)")
            return .failed(failure, attempt: visit.attempt)
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
            return .ended(end, attempt: visit.attempt)
        } catch {
            return .failed(error, attempt: visit.attempt)
        }
    }

    /// The clocks of a call, until one of them runs out.
    private func watch(_ call: ModelCall) async -> Step {
        while let moment = call.run.withLock({ $0.nextLook(at: stopwatch.elapsed) }) {
            let actions = decide(call) { run, board, now in run.tick(&board, at: now) }
            if !actions.isEmpty { return .timeUp(actions) }
            do {
                try await stopwatch.sleep(until: moment)
            } catch {
                return .over
            }
        }
        return .over
    }

    private func decide(
        _ call: ModelCall,
        _ body: (inout ChainRun, inout TargetBoard, Duration) -> [ChainRun.Action]
    ) -> [ChainRun.Action] {
        let now = stopwatch.elapsed
        let (actions, changes) = call.run.withLock { run in
            board.withLock { board in (body(&run, &board, now), board.takeChanges()) }
        }
        for case .drop(_, let attempt) in actions { call.drop(attempt) }
        for change in changes { hooks.onChange(change) }
        return actions
    }
}

/// One call under way: its lock is taken before the board's.
private final class ModelCall: Sendable {
    let run: Mutex<ChainRun>
    let request: ModelRequest
    let plan: ModelRouter.Plan
    /// By attempt: what ends when nobody listens to it any more.
    private let drops = Mutex([Int: Drop]())

    private enum Drop {
        case possible(AsyncStream<Void>.Continuation)
        /// Before the attempt was under way.
        case early
    }

    init(_ run: ChainRun, request: ModelRequest, plan: ModelRouter.Plan) {
        self.run = Mutex(run)
        self.request = request
        self.plan = plan
    }

    /// - Returns: what ends when the attempt is to be dropped.
    func begin(_ attempt: Int) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isEarly = drops.withLock { drops in
            if case .early = drops[attempt] { return true }
            drops[attempt] = .possible(continuation)
            return false
        }
        if isEarly { continuation.finish() }
        return stream
    }

    func drop(_ attempt: Int) {
        let drop = drops.withLock { $0.updateValue(.early, forKey: attempt) }
        if case .possible(let continuation) = drop { continuation.finish() }
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
