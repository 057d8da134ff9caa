/// What one call does next, as a pure value: whom it asks, what it hands on, and when it gives up.
///
/// Until something has come that a client sees and pays for, the next target can still be asked as if nothing had
/// happened. After that, a failure is told as one, unless the call allows somebody else to go on from there, and then the
/// answer says so. Each target is visited at most once; a visit may ask it again a few times. Nobody is waited for.
package struct ChainRun: Sendable {
    package struct Settings: Hashable, Sendable {
        /// From asking to the first word, be it a thought.
        package var firstContent: Duration = .seconds(20)
        /// The same for targets that take another time, such as a server that has to load its model first.
        package var firstContentOf: [ModelTarget: Duration] = [:]
        /// How long an answer that is complete is waited for to say what it has used.
        package var afterEnd: Duration = .seconds(2)
        /// Between two pieces.
        package var gap: Duration = .seconds(20)
        /// For all of it, whoever answers.
        package var total: Duration = .seconds(120)
        /// How often one visit asks again after a failure.
        package var repeatsMax = 1
        /// How often the whole call asks.
        package var attemptsMax = 6
        /// Whether another target may go on from what the first has said.
        package var allowsContinuation = false
        /// Whether nothing is handed on before the whole answer is there: then another can be asked until the very end.
        package var holdsBack = false
        /// Whether the client gets to read what the model thinks.
        package var forwardsReasoning = false

        package init() {}
    }

    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// Ask this target; with what was said so far when it is to go on from there.
        case ask(ModelTarget, continuing: String?)
        /// Hand these on to the client.
        case deliver([CompletionPiece])
        /// Stop listening to this target, which is asked no more.
        case drop(ModelTarget)
        case finish(Outcome)
    }

    package enum Outcome: Hashable, Sendable {
        /// All of it has come.
        case complete(CompletionEnd, by: [Contribution])
        /// It has begun and not come to its end.
        case brokenOff(ModelFailure, by: [Contribution])
        /// Nobody has said anything.
        case nobody([Attempt])
        /// The request is at fault, or was given up.
        case refused(ModelFailure)
    }

    /// A target that was asked, or passed over, and why it has not answered.
    package struct Attempt: Hashable, Sendable {
        package enum Reason: Hashable, Sendable {
            case failed(ModelFailure)
            case skipped(TargetBoard.Skip)
        }

        package let target: ModelTarget
        package let reason: Reason
    }

    private struct Visit: Hashable, Sendable {
        let target: ModelTarget
        var askedAt: Duration
        /// When it last said anything, be it nothing that is handed on.
        var heardAt: Duration?
        /// Whether the client is taking what came: it is not the target that is silent then.
        var isWaitingForClient = false
        var hasContent = false
        var repeats = 0
        /// What it has said, where nothing is handed on before the end.
        var held: [CompletionPiece] = []
        /// How its answer has ended, and since when that is known.
        var end: CompletionEnd?
        var endedAt: Duration = .zero
    }

    private let settings: Settings
    private let began: Duration
    private var rungs: ArraySlice<ModelRung>
    private var targets: ArraySlice<ModelTarget> = []
    private var visit: Visit?
    private var visited: Set<ModelTarget> = []
    private var asked = 0
    private var delivered = Completion()
    private var contributions: [Contribution] = []
    /// What became of the call; `nil` while it goes on.
    package private(set) var outcome: Outcome?
    private var isOver: Bool { outcome != nil }
    /// Whoever was asked or passed over without an answer.
    package private(set) var attempts: [Attempt] = []

    /// - Parameters:
    ///   - rungs: in the order in which they are asked.
    ///   - settings: how patient it is.
    ///   - now: the moment of the call.
    package init(_ rungs: [ModelRung], settings: Settings = Settings(), at now: Duration) {
        self.rungs = rungs[...]
        self.settings = settings
        began = now
    }

    /// The number of the attempt that is under way, or was the last.
    package var attempt: Int { asked }

    /// From the call to the first that was handed on; `nil` before it.
    package private(set) var firstContentAfter: Duration?

    /// What has been handed on so far.
    package var content: Completion { delivered }

    // MARK: What happens

    package mutating func begin(_ board: inout TargetBoard, at now: Duration) -> [Action] { askNext(&board, at: now) }

    /// Some of an answer has come.
    ///
    /// - Parameters:
    ///   - progress: what has come.
    ///   - attempt: which one it comes from: what a dropped target still says is nobody's.
    ///   - board: what is known of the targets.
    ///   - now: this moment.
    /// - Returns: what is to be handed on.
    package mutating func receive(
        _ progress: CompletionProgress,
        from attempt: Int,
        _ board: inout TargetBoard,
        at now: Duration
    ) -> [Action] {
        guard !isOver, attempt == asked, var visit else { return [] }
        let wanted = progress.pieces.filter { piece in
            if case .reasoning = piece { return piece.isContent && settings.forwardsReasoning }
            return piece.isContent
        }
        // What is not handed on is a sign of life all the same: some think for long.
        if !progress.pieces.isEmpty { visit.heardAt = now }
        if !wanted.isEmpty, !visit.hasContent {
            visit.hasContent = true
            board.recordContent(visit.target, after: now - visit.askedAt)
            if !settings.holdsBack { contributions.append(Contribution(visit.target)) }
        }
        if settings.holdsBack {
            visit.held += wanted
        } else if visit.hasContent {
            note(progress.usage, wanted)
        }
        if visit.end == nil, progress.end != nil { visit.endedAt = now }
        visit.end = progress.end
        self.visit = visit
        guard !wanted.isEmpty, !settings.holdsBack else { return [] }
        firstContentAfter = firstContentAfter ?? now - began
        for piece in wanted { delivered.append(piece) }
        self.visit?.isWaitingForClient = true
        return [.deliver(wanted)]
    }

    /// Keeps account of what the target under way has given.
    private mutating func note(_ usage: ModelUsage?, _ pieces: [CompletionPiece] = []) {
        let last = contributions.endIndex - 1
        if let usage { contributions[last].usage = usage }
        contributions[last].deliveredBytes += pieces.reduce(0) { $0 + $1.byteCount }
    }

    /// The client has taken what was to be delivered: the target's silence counts from now on.
    package mutating func noteDelivered(from attempt: Int, at now: Duration) {
        guard attempt == asked else { return }
        visit?.isWaitingForClient = false
        visit?.heardAt = now
    }

    /// The target says that its answer is complete.
    package mutating func end(_ end: CompletionEnd, _ board: inout TargetBoard, at now: Duration) -> [Action] {
        guard !isOver, let visit else { return [] }
        // An answer without content is none: the model does not want to, or has thought until there was no room left.
        guard visit.hasContent else {
            let isRefusal = end.finish == .contentFilter
            let failure = ModelFailure(
                isRefusal ? .contentRefused : .empty,
                shouldRetry: end.finish == .length ? false : nil
            )
            return fail(failure, &board, at: now)
        }
        board.recordSuccess(visit.target)
        self.visit = nil
        if settings.holdsBack {
            contributions.append(Contribution(visit.target))
            for piece in visit.held { delivered.append(piece) }
            firstContentAfter = now - began
        }
        note(end.usage, visit.held)
        contributions[contributions.endIndex - 1].isFinal = true
        return over(.complete(end, by: contributions))
    }

    /// The target has failed.
    package mutating func fail(_ failure: ModelFailure, _ board: inout TargetBoard, at now: Duration) -> [Action] {
        guard !isOver, var visit else { return [] }
        attempts.append(Attempt(target: visit.target, reason: .failed(failure)))
        board.recordFailure(visit.target, failure, at: now)
        // The failure may have opened its breaker; then there is no asking again.
        if !visit.hasContent || settings.holdsBack, mayRepeat(visit, failure, at: now),
            case .ask = board.admit(visit.target, at: now)
        {
            var again = Visit(target: visit.target, askedAt: now)
            again.repeats = visit.repeats + 1
            visit = again
            asked += 1
            self.visit = visit
            return [.ask(visit.target, continuing: continuing)]
        }
        self.visit = nil
        // What was handed on stands, whoever is at fault.
        guard delivered.isEmpty || mayContinue && failure.mayGoElsewhere else {
            return over(.brokenOff(failure, by: contributions))
        }
        guard failure.mayGoElsewhere else { return over(.refused(failure)) }
        return askNext(&board, at: now, after: failure)
    }

    /// Nobody wants the answer any more.
    package mutating func cancel(_ board: inout TargetBoard, at now: Duration) -> [Action] {
        guard !isOver else { return [] }
        let dropped = visit.map { visit -> Action in
            board.recordNothing(visit.target, at: now)
            return .drop(visit.target)
        }
        visit = nil
        let failure = ModelFailure(.cancelled)
        let outcome = delivered.isEmpty ? Outcome.refused(failure) : .brokenOff(failure, by: contributions)
        return (dropped.map { [$0] } ?? []) + over(outcome)
    }

    // MARK: Clocks

    /// When the next of the clocks runs out; `nil` when the call is over.
    package var deadline: Duration? {
        guard !isOver, let visit else { return nil }
        guard !visit.isWaitingForClient else { return began + settings.total }
        return min(ownDeadline(of: visit), began + settings.total)
    }

    private func ownDeadline(of visit: Visit) -> Duration {
        if visit.end != nil { return visit.endedAt + settings.afterEnd }
        if let heardAt = visit.heardAt { return heardAt + settings.gap }
        return visit.askedAt + (settings.firstContentOf[visit.target] ?? settings.firstContent)
    }

    /// When to look at the clocks again; `nil` when the call is over.
    ///
    /// The deadline comes nearer with the first word and with the last, so nobody sleeps longer than those may take.
    package func nextLook(at now: Duration) -> Duration? {
        deadline.map { min($0, max(now, began) + min(settings.gap, settings.afterEnd)) }
    }

    /// Looks at the clocks.
    package mutating func tick(_ board: inout TargetBoard, at now: Duration) -> [Action] {
        guard let deadline, now >= deadline, let visit else { return [] }
        // It has said all, and does not hang up.
        if let end = visit.end { return [.drop(visit.target)] + self.end(end, &board, at: now) }
        let isLate = now >= began + settings.total
        let failure = ModelFailure(.timedOut, detail: isLate ? "total" : visit.heardAt == nil ? "first" : "gap")
        guard isLate else { return [.drop(visit.target)] + fail(failure, &board, at: now) }
        // The time of the call is over, which is this target's fault only if it was silent for too long itself.
        if !visit.isWaitingForClient, now >= ownDeadline(of: visit) {
            board.recordFailure(visit.target, failure, at: now)
        } else {
            board.recordNothing(visit.target, at: now)
        }
        attempts.append(Attempt(target: visit.target, reason: .failed(failure)))
        self.visit = nil
        let outcome = delivered.isEmpty ? Outcome.nobody(attempts) : .brokenOff(failure, by: contributions)
        return [.drop(visit.target)] + over(outcome)
    }

    // MARK: Whom to ask

    private var mayContinue: Bool {
        settings.allowsContinuation && delivered.toolCalls.isEmpty && delivered.refusal.isEmpty
    }

    private var continuing: String? { delivered.text.isEmpty ? nil : delivered.text }

    private func mayRepeat(_ visit: Visit, _ failure: ModelFailure, at now: Duration) -> Bool {
        failure.mayRepeat && visit.repeats < settings.repeatsMax && asked < settings.attemptsMax
            // Whoever asks for a pause is not asked again, and nobody waits for the end of the pause.
            && failure.retryAfter == nil && failure.kind != .rateLimited && failure.kind != .timedOut
            && now < began + settings.total
    }

    private mutating func askNext(
        _ board: inout TargetBoard,
        at now: Duration,
        after failure: ModelFailure? = nil
    ) -> [Action] {
        while asked < settings.attemptsMax, now < began + settings.total {
            guard let target = targets.popFirst() else {
                guard let rung = rungs.popFirst() else { break }
                targets = board.order(of: rung)[...]
                continue
            }
            guard visited.insert(target).inserted else { continue }
            switch board.admit(target, at: now) {
            case .skip(let reason): attempts.append(Attempt(target: target, reason: .skipped(reason)))
            case .ask:
                asked += 1
                visit = Visit(target: target, askedAt: now)
                return [.ask(target, continuing: continuing)]
            }
        }
        guard delivered.isEmpty else {
            return over(.brokenOff(failure ?? ModelFailure(.truncated), by: contributions))
        }
        return over(.nobody(attempts))
    }

    private mutating func over(_ outcome: Outcome) -> [Action] {
        self.outcome = outcome
        return [.finish(outcome)]
    }
}
