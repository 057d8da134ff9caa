/// What one call does next, as a pure value: whom it asks, what it hands on, and when it gives up.
///
/// Until something has come that a client sees and pays for, the next target can still be asked as if nothing had
/// happened. After that, a failure is told as one, unless the call allows somebody else to go on from there, and then the
/// answer says so. Each target is visited at most once; a visit may ask it again a few times. Nobody is waited for.
/// Whoever is slower than usual to say something may be hedged: the next one is asked beside it, and whoever speaks first
/// answers.
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
        /// Another target is asked beside one that is silent after this share of its latest first words would have come.
        ///
        /// `nil` for never.
        package var hedgeQuantile: Double?

        package init() {}
    }

    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// Ask this target, as the attempt of this number; with what was said so far when it is to go on from there.
        case ask(ModelTarget, attempt: Int, continuing: String?)
        /// Hand these on to the client.
        case deliver([CompletionPiece])
        /// Stop listening to this attempt.
        case drop(ModelTarget, attempt: Int)
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

    /// What asking two at once has come to.
    package enum Hedge: String, Hashable, Sendable {
        /// Neither has spoken.
        case open
        /// The second was first.
        case won
        /// The first has spoken before the second, or the second has failed.
        case lost
    }

    private struct Visit: Hashable, Sendable {
        let target: ModelTarget
        let attempt: Int
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
    /// Whoever is asked now: two while one is hedged, and never more than one that has spoken.
    private var visits: [Visit] = []
    /// When somebody else is asked beside the one that is silent.
    private var hedgeAt: Duration?
    /// Who was asked beside another, and whether that has answered first.
    package private(set) var hedge: Hedge?
    private var hedgeAttempt: Int?
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

    /// From the call to the first that was handed on; `nil` before it.
    package private(set) var firstContentAfter: Duration?

    /// What has been handed on so far.
    package var content: Completion { delivered }

    // MARK: What happens

    package mutating func begin(_ board: inout TargetBoard, at now: Duration) -> [Action] {
        // It may have been given up before it began.
        isOver ? [] : askNext(&board, at: now)
    }

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
        guard !isOver, let place = place(of: attempt) else { return [] }
        var visit = visits[place]
        let wanted = progress.pieces.filter { piece in
            if case .reasoning = piece { return piece.isContent && settings.forwardsReasoning }
            return piece.isContent
        }
        // What is not handed on is a sign of life all the same: some think for long.
        if !progress.pieces.isEmpty { visit.heardAt = now }
        var dropped: [Action] = []
        if !wanted.isEmpty, !visit.hasContent {
            visit.hasContent = true
            board.recordContent(visit.target, after: now - visit.askedAt)
            if !settings.holdsBack { contributions.append(Contribution(visit.target)) }
            dropped = win(visit, &board, at: now)
        }
        if settings.holdsBack {
            visit.held += wanted
        } else if visit.hasContent {
            note(progress.usage, wanted)
        }
        if visit.end == nil, progress.end != nil { visit.endedAt = now }
        visit.end = progress.end
        if !wanted.isEmpty, !settings.holdsBack {
            firstContentAfter = firstContentAfter ?? now - began
            for piece in wanted { delivered.append(piece) }
            visit.isWaitingForClient = true
            dropped.append(.deliver(wanted))
        }
        // Whoever has spoken is alone.
        visits[visit.hasContent ? 0 : place] = visit
        return dropped
    }

    private func place(of attempt: Int) -> Int? { visits.firstIndex { $0.attempt == attempt } }

    /// Only this one is listened to from now on.
    private mutating func win(_ winner: Visit, _ board: inout TargetBoard, at now: Duration) -> [Action] {
        hedgeAt = nil
        if hedge == .open { hedge = winner.attempt == hedgeAttempt ? .won : .lost }
        let others = visits.filter { $0.attempt != winner.attempt }
        visits = [winner]
        return others.map { other in
            guard other.attempt < winner.attempt else { return drop(other, &board, at: now) }
            board.recordOvertaken(other.target, after: now - other.askedAt, at: now)
            return .drop(other.target, attempt: other.attempt)
        }
    }

    /// Gives up a target that is not at fault.
    private func drop(_ visit: Visit, _ board: inout TargetBoard, at now: Duration) -> Action {
        board.recordNothing(visit.target, at: now)
        return .drop(visit.target, attempt: visit.attempt)
    }

    /// Keeps account of what the target under way has given.
    private mutating func note(_ usage: ModelUsage?, _ pieces: [CompletionPiece] = []) {
        let last = contributions.endIndex - 1
        if let usage { contributions[last].usage = usage }
        contributions[last].deliveredBytes += pieces.reduce(0) { $0 + $1.byteCount }
    }

    /// The client has taken what was to be delivered: the target's silence counts from now on.
    package mutating func noteDelivered(from attempt: Int, at now: Duration) {
        guard let place = place(of: attempt) else { return }
        visits[place].isWaitingForClient = false
        visits[place].heardAt = now
    }

    /// The target says that its answer is complete.
    package mutating func end(
        _ end: CompletionEnd,
        from attempt: Int,
        _ board: inout TargetBoard,
        at now: Duration
    ) -> [Action] {
        guard !isOver, let place = place(of: attempt) else { return [] }
        let visit = visits[place]
        // An answer without content is none: the model does not want to, or has thought until there was no room left.
        guard visit.hasContent else {
            let isRefusal = end.finish == .contentFilter
            let failure = ModelFailure(
                isRefusal ? .contentRefused : .empty,
                shouldRetry: end.finish == .length ? false : nil
            )
            return fail(failure, from: attempt, &board, at: now)
        }
        board.recordSuccess(visit.target)
        visits = []
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
    package mutating func fail(
        _ failure: ModelFailure,
        from attempt: Int,
        _ board: inout TargetBoard,
        at now: Duration
    ) -> [Action] {
        guard !isOver, let place = place(of: attempt) else { return [] }
        let visit = visits.remove(at: place)
        attempts.append(Attempt(target: visit.target, reason: .failed(failure)))
        board.recordFailure(visit.target, failure, at: now)
        // Where two were asked, the other one is the next attempt.
        if !visits.isEmpty {
            if place > 0 { hedge = .lost }
            return failure.mayGoElsewhere ? [] : refuse(failure, &board, at: now)
        }
        hedgeAt = nil
        // The failure may have opened its breaker; then there is no asking again.
        if !visit.hasContent || settings.holdsBack, mayRepeat(visit, failure, at: now), board.mayAskMore,
            case .ask = board.admit(visit.target, at: now)
        {
            board.askMore()
            return ask(visit.target, repeats: visit.repeats + 1, board, at: now)
        }
        // What was handed on stands, whoever is at fault.
        guard delivered.isEmpty || mayContinue && failure.mayGoElsewhere else {
            return over(.brokenOff(failure, by: contributions))
        }
        guard failure.mayGoElsewhere else { return over(.refused(failure)) }
        return askNext(&board, at: now, after: failure)
    }

    /// The request is at fault, whoever is asked.
    private mutating func refuse(_ failure: ModelFailure, _ board: inout TargetBoard, at now: Duration) -> [Action] {
        let dropped = visits.map { drop($0, &board, at: now) }
        visits = []
        return dropped + over(.refused(failure))
    }

    /// Nobody wants the answer any more.
    package mutating func cancel(_ board: inout TargetBoard, at now: Duration) -> [Action] {
        guard !isOver else { return [] }
        let dropped = visits.map { drop($0, &board, at: now) }
        visits = []
        let failure = ModelFailure(.cancelled)
        return dropped + over(delivered.isEmpty ? .refused(failure) : .brokenOff(failure, by: contributions))
    }

    // MARK: Clocks

    /// When the next of the clocks runs out; `nil` when the call is over.
    package var deadline: Duration? {
        guard !isOver, !visits.isEmpty else { return nil }
        let own = visits.filter { !$0.isWaitingForClient }.map(ownDeadline)
        return (own + [hedgeAt, began + settings.total].compactMap(\.self)).min()
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
        guard let deadline, now >= deadline else { return [] }
        if now >= began + settings.total { return giveUp(&board, at: now) }
        var actions: [Action] = []
        for visit in visits where !visit.isWaitingForClient && now >= ownDeadline(of: visit) {
            actions.append(.drop(visit.target, attempt: visit.attempt))
            // One that has said all does not hang up; any other was silent for too long.
            if let end = visit.end { return actions + self.end(end, from: visit.attempt, &board, at: now) }
            let failure = ModelFailure(.timedOut, detail: visit.heardAt == nil ? "first" : "gap")
            actions += fail(failure, from: visit.attempt, &board, at: now)
        }
        if let moment = hedgeAt, now >= moment {
            hedgeAt = nil
            actions += askBeside(&board, at: now)
        }
        return actions
    }

    /// The time of the call is over, which is a target's fault only if it was silent for too long itself.
    private mutating func giveUp(_ board: inout TargetBoard, at now: Duration) -> [Action] {
        var dropped: [Action] = []
        // One that has said all by now has answered in time.
        if let visit = visits.first(where: { $0.end != nil && $0.hasContent }), let end = visit.end {
            return [.drop(visit.target, attempt: visit.attempt)] + self.end(end, from: visit.attempt, &board, at: now)
        }
        let failure = ModelFailure(.timedOut, detail: "total")
        for visit in visits {
            dropped.append(.drop(visit.target, attempt: visit.attempt))
            if !visit.isWaitingForClient, now >= ownDeadline(of: visit) {
                board.recordFailure(visit.target, failure, at: now)
            } else {
                board.recordNothing(visit.target, at: now)
            }
            attempts.append(Attempt(target: visit.target, reason: .failed(failure)))
        }
        visits = []
        return dropped + over(delivered.isEmpty ? .nobody(attempts) : .brokenOff(failure, by: contributions))
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
        if let target = nextTarget(&board, at: now) { return ask(target, board, at: now) }
        guard delivered.isEmpty else {
            return over(.brokenOff(failure ?? ModelFailure(.truncated), by: contributions))
        }
        return over(.nobody(attempts))
    }

    /// Somebody else, as the one that was asked is slower than usual; nobody when there is nobody left.
    private mutating func askBeside(_ board: inout TargetBoard, at now: Duration) -> [Action] {
        guard visits.count == 1, let visit = visits.first, visit.heardAt == nil, delivered.isEmpty, board.mayAskMore
        else { return [] }
        let before = (rungs, targets, visited, attempts)
        guard let target = nextTarget(&board, at: now) else {
            // Whoever cannot be asked now may be when the first has failed.
            (rungs, targets, visited, attempts) = before
            return []
        }
        board.askMore()
        (hedge, hedgeAttempt) = (.open, asked + 1)
        return ask(target, board, at: now)
    }

    /// The next that may be asked.
    private mutating func nextTarget(_ board: inout TargetBoard, at now: Duration) -> ModelTarget? {
        while asked < settings.attemptsMax, now < began + settings.total {
            guard let target = targets.popFirst() else {
                guard let rung = rungs.popFirst() else { return nil }
                targets = board.order(of: rung)[...]
                continue
            }
            guard visited.insert(target).inserted else { continue }
            switch board.admit(target, at: now) {
            case .skip(let reason): attempts.append(Attempt(target: target, reason: .skipped(reason)))
            case .ask: return target
            }
        }
        return nil
    }

    private mutating func ask(
        _ target: ModelTarget,
        repeats: Int = 0,
        _ board: TargetBoard,
        at now: Duration
    ) -> [Action] {
        asked += 1
        var visit = Visit(target: target, attempt: asked, askedAt: now)
        visit.repeats = repeats
        visits.append(visit)
        // Only once in a call, and not when there is something to go on from.
        if let quantile = settings.hedgeQuantile, hedge == nil, delivered.isEmpty {
            hedgeAt = board.firstWord(of: target, quantile: quantile).map { now + $0 }
        }
        return [.ask(target, attempt: asked, continuing: continuing)]
    }

    private mutating func over(_ outcome: Outcome) -> [Action] {
        self.outcome = outcome
        return [.finish(outcome)]
    }
}
