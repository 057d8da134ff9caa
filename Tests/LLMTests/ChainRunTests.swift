import Bus
import HTTPClient
import Testing

@testable import LLM

/// What a call does next, by moments that the test chooses.
@Suite struct ChainRunTests {
    private static let (grok, gpt, claude) = (
        ModelTarget(provider: "xai", model: "grok"), ModelTarget(provider: "openai", model: "gpt"),
        ModelTarget(provider: "anthropic", model: "claude")
    )
    private static let rungs = [grok, gpt, claude].map { ModelRung([ModelRung.Member($0)]) }
    private static let end = CompletionEnd(finish: .stop, usage: nil, model: nil)

    /// A board and one call on it.
    private struct Bench {
        var board: TargetBoard
        var run: ChainRun
        /// The latest that was asked.
        var attempt = 0

        init(
            _ rungs: [ModelRung] = ChainRunTests.rungs,
            board: TargetBoard? = nil,
            at now: Duration = .zero,
            _ change: (inout ChainRun.Settings) -> Void = { _ in }
        ) {
            var settings = ChainRun.Settings()
            change(&settings)
            self.board = board ?? TargetBoard(seed: 1)
            run = ChainRun(rungs, settings: settings, at: now)
        }

        mutating func begin(_ seconds: Double = 0) -> [ChainRun.Action] {
            noting(run.begin(&board, at: .seconds(seconds)))
        }
        mutating func text(_ text: String, _ seconds: Double = 0, from attempt: Int? = nil) -> [ChainRun.Action] {
            hear([.text(text)], seconds, from: attempt)
        }
        /// The client takes it at once.
        mutating func hear(
            _ pieces: [CompletionPiece],
            _ seconds: Double,
            from attempt: Int? = nil
        ) -> [ChainRun.Action] {
            let attempt = attempt ?? self.attempt
            let actions = run.receive(CompletionProgress(pieces), from: attempt, &board, at: .seconds(seconds))
            if !actions.isEmpty { run.noteDelivered(from: attempt, at: .seconds(seconds)) }
            return actions
        }
        mutating func fail(
            _ kind: ModelFailure.Kind,
            _ seconds: Double = 0,
            from attempt: Int? = nil
        ) -> [ChainRun.Action] {
            fail(ModelFailure(kind), seconds, from: attempt)
        }
        mutating func fail(
            _ failure: ModelFailure,
            _ seconds: Double = 0,
            from attempt: Int? = nil
        ) -> [ChainRun.Action] {
            noting(run.fail(failure, from: attempt ?? self.attempt, &board, at: .seconds(seconds)))
        }
        mutating func end(_ seconds: Double = 0, from attempt: Int? = nil) -> [ChainRun.Action] {
            end(ChainRunTests.end, seconds, from: attempt)
        }
        mutating func end(
            _ end: CompletionEnd,
            _ seconds: Double = 0,
            from attempt: Int? = nil
        ) -> [ChainRun.Action] {
            noting(run.end(end, from: attempt ?? self.attempt, &board, at: .seconds(seconds)))
        }
        mutating func tick(_ seconds: Double) -> [ChainRun.Action] { noting(run.tick(&board, at: .seconds(seconds))) }

        private mutating func noting(_ actions: [ChainRun.Action]) -> [ChainRun.Action] {
            for case .ask(_, let attempt, _) in actions { self.attempt = attempt }
            return actions
        }
    }

    /// What a target has given: to its end, or as far as it came.
    private static func given(_ target: ModelTarget, _ text: String, isFinal: Bool = false) -> Contribution {
        var contribution = Contribution(target)
        contribution.deliveredBytes = text.utf8.count
        contribution.isFinal = isFinal
        return contribution
    }

    private func ask(_ target: ModelTarget, _ text: String? = nil, attempt: Int = 1) -> [ChainRun.Action] {
        [.ask(target, attempt: attempt, continuing: text)]
    }

    @Test func `the first answers, and nobody else is asked`() {
        var bench = Bench()
        #expect(bench.begin() == ask(Self.grok))
        #expect(bench.text("Hel") == [.deliver([.text("Hel")])])
        #expect(bench.text("lo") == [.deliver([.text("lo")])])
        #expect(bench.end() == [.finish(.complete(Self.end, by: [Self.given(Self.grok, "Hello", isFinal: true)]))])
        #expect(bench.run.content.text == "Hello" && bench.run.attempts.isEmpty)
        #expect(bench.board[Self.grok].answered == 1 && bench.board[Self.grok].inFlight == 0)
        // Whatever comes afterwards changes nothing.
        #expect(bench.text("x").isEmpty && bench.fail(.truncated).isEmpty && bench.end().isEmpty)
        #expect(bench.run.deadline == nil)
    }

    @Test func `before any content the next is asked as if nothing had happened`() {
        var bench = Bench { $0.repeatsMax = 0 }
        _ = bench.begin()
        // A role, an empty piece and a thought that is not handed on are no content.
        #expect(bench.hear([.text(""), .reasoning("Hm")], 1).isEmpty)
        #expect(bench.fail(.truncated, 2) == ask(Self.gpt, attempt: 2))
        #expect(bench.text("Hi", 3) == [.deliver([.text("Hi")])])
        #expect(bench.end(4) == [.finish(.complete(Self.end, by: [Self.given(Self.gpt, "Hi", isFinal: true)]))])
        #expect(bench.run.attempts == [.init(target: Self.grok, reason: .failed(ModelFailure(.truncated)))])
    }

    @Test func `after the first content a failure is told as one`() {
        var bench = Bench()
        _ = bench.begin()
        _ = bench.text("Hel", 1)
        let failure = ModelFailure(.truncated)
        #expect(bench.fail(.truncated, 2) == [.finish(.brokenOff(failure, by: [Self.given(Self.grok, "Hel")]))])
        #expect(bench.run.content.text == "Hel")
    }

    @Test func `another goes on from there where the call allows it, and the answer says so`() {
        var bench = Bench { $0.allowsContinuation = true }
        _ = bench.begin()
        _ = bench.text("Hel", 1)
        #expect(bench.fail(.truncated, 2) == ask(Self.gpt, "Hel", attempt: 2))
        #expect(bench.text("lo", 3) == [.deliver([.text("lo")])])
        let both = [Self.given(Self.grok, "Hel"), Self.given(Self.gpt, "lo", isFinal: true)]
        #expect(bench.end(4) == [.finish(.complete(Self.end, by: both))])
        // Nobody goes on from half a call of a tool.
        var other = Bench { $0.allowsContinuation = true }
        _ = other.begin()
        _ = other.hear([.toolCall(ToolCallPiece(index: 0, id: "a", name: "f"))], 1)
        #expect(
            other.fail(.truncated, 2) == [
                .finish(.brokenOff(ModelFailure(.truncated), by: [Self.given(Self.grok, "f")]))
            ]
        )
    }

    @Test func `what was used is kept for each who has said something`() {
        var bench = Bench { ($0.allowsContinuation, $0.repeatsMax) = (true, 0) }
        _ = bench.begin()
        // A first frame that counts the input, and then a cut.
        let begun = CompletionProgress([.text("Hel")], usage: ModelUsage(inputUncached: 40, output: 1))
        _ = bench.run.receive(begun, from: bench.attempt, &bench.board, at: .zero)
        _ = bench.fail(.truncated, 1)
        _ = bench.text("lo", 2)
        let end = CompletionEnd(finish: .stop, usage: ModelUsage(inputUncached: 50, output: 7), model: nil)
        guard case .finish(.complete(_, let by))? = bench.end(end, 3).first else {
            Issue.record("it is not complete")
            return
        }
        #expect(by.map(\.target) == [Self.grok, Self.gpt])
        // What was delivered of the first, and what the second says.
        #expect(by.map { $0.billed(inputEstimate: 9).input } == [40, 50])
        #expect(by.map { $0.billed(inputEstimate: 9).output } == [1, 7])
        // One that says nothing is estimated.
        #expect(Self.given(Self.grok, "Hello", isFinal: true).billed(inputEstimate: 9) == (9, 2))
    }

    @Test func `an answer that has ended is not waited for after a while`() {
        var bench = Bench()
        _ = bench.begin()
        let ended = CompletionProgress([.text("Hello")], end: Self.end)
        _ = bench.run.receive(ended, from: bench.attempt, &bench.board, at: .seconds(1))
        bench.run.noteDelivered(from: bench.attempt, at: .seconds(1))
        #expect(bench.run.deadline == .seconds(3) && bench.tick(2.9).isEmpty)
        let by = [Self.given(Self.grok, "Hello", isFinal: true)]
        #expect(bench.tick(3) == [.drop(Self.grok, attempt: 1), .finish(.complete(Self.end, by: by))])
        #expect(bench.board[Self.grok].answered == 1 && bench.board[Self.grok].inFlight == 0)
    }

    @Test func `where nothing is handed on before the end, another is asked until the very end`() {
        var bench = Bench { ($0.holdsBack, $0.repeatsMax) = (true, 1) }
        _ = bench.begin()
        #expect(bench.text("Hel", 1).isEmpty)
        // Half an answer that nobody has seen is thrown away.
        #expect(bench.fail(.truncated, 2) == ask(Self.grok, attempt: 2))
        #expect(bench.text("Hal", 3).isEmpty)
        #expect(bench.fail(.truncated, 4) == ask(Self.gpt, attempt: 3))
        #expect(bench.text("Hi", 5).isEmpty && bench.run.content.isEmpty)
        #expect(bench.end(6) == [.finish(.complete(Self.end, by: [Self.given(Self.gpt, "Hi", isFinal: true)]))])
        #expect(bench.run.content.text == "Hi")
    }

    @Test func `a target may take another time to begin`() {
        var bench = Bench { $0.firstContentOf = [Self.grok: .seconds(90)] }
        _ = bench.begin()
        #expect(bench.run.deadline == .seconds(90))
        _ = bench.tick(90)
        #expect(bench.run.deadline == .seconds(110))
    }

    @Test func `an answer without content is none`() {
        var bench = Bench { $0.repeatsMax = 0 }
        _ = bench.begin()
        #expect(bench.end(1) == ask(Self.gpt, attempt: 2))
        #expect(bench.run.attempts.map(\.reason) == [.failed(ModelFailure(.empty))])
    }

    @Test func `a model that does not want to answer is not broken, and neither is one that has thought too long`() {
        for finish in [FinishReason.contentFilter, .length, .stop] {
            var bench = Bench { $0.repeatsMax = 1 }
            _ = bench.begin()
            let end = CompletionEnd(finish: finish, usage: nil, model: nil)
            let next = bench.end(end, 1)
            // Only one that has said nothing for no reason is asked again.
            #expect(next == ask(finish == .stop ? Self.grok : Self.gpt, attempt: 2))
            #expect(bench.board[Self.grok].failed == 0)
        }
    }

    @Test func `what was handed on stands, whoever is at fault`() {
        var bench = Bench()
        _ = bench.begin()
        _ = bench.text("Hel", 1)
        #expect(
            bench.fail(.badRequest, 2) == [
                .finish(.brokenOff(ModelFailure(.badRequest), by: [Self.given(Self.grok, "Hel")]))
            ]
        )
        var other = Bench { $0.allowsContinuation = true }
        _ = other.begin()
        _ = other.text("Hel", 1)
        #expect(other.fail(.truncated, 2) == ask(Self.gpt, "Hel", attempt: 2))
        #expect(
            other.fail(.badRequest, 3) == [
                .finish(.brokenOff(ModelFailure(.badRequest), by: [Self.given(Self.grok, "Hel")]))
            ]
        )
    }

    @Test func `a request that is at fault is not carried around`() {
        var bench = Bench()
        _ = bench.begin()
        #expect(bench.fail(.badRequest) == [.finish(.refused(ModelFailure(.badRequest)))])
        var longer = Bench()
        _ = longer.begin()
        // Another may hold more.
        #expect(longer.fail(.contextTooLong) == ask(Self.gpt, attempt: 2))
    }

    @Test func `a target is asked again a few times, and visited once`() {
        var bench = Bench([Self.rungs[0], Self.rungs[1], Self.rungs[0]]) { $0.repeatsMax = 1 }
        _ = bench.begin()
        #expect(bench.fail(.serverError) == ask(Self.grok, attempt: 2))
        #expect(bench.fail(.serverError) == ask(Self.gpt, attempt: 3))
        #expect(bench.fail(.keyRefused) == [.finish(.nobody(bench.run.attempts))])
        #expect(bench.run.attempts.map(\.target) == [Self.grok, Self.grok, Self.gpt])
    }

    @Test func `nobody waits for whoever asks for a pause`() {
        var bench = Bench()
        _ = bench.begin()
        let failure = ModelFailure(.rateLimited, status: 429, retryAfter: .seconds(30))
        #expect(bench.fail(failure, 1) == ask(Self.gpt, attempt: 2))
        // The next call passes it over, until the pause is over.
        var next = Bench(board: bench.board, at: .seconds(5))
        #expect(next.begin(5) == ask(Self.gpt))
        #expect(next.run.attempts.map(\.reason) == [.skipped(.quiet(until: .seconds(31)))])
        var later = Bench(board: next.board, at: .seconds(32))
        #expect(later.begin(32) == ask(Self.grok))
    }

    @Test func `money and keys of ours shut a provider out at once`() {
        var bench = Bench()
        _ = bench.begin()
        #expect(bench.fail(.outOfMoney, 1) == ask(Self.gpt, attempt: 2))
        // For long, and with all of its models.
        let other = ModelTarget(provider: "xai", model: "another")
        let rungs = [Self.grok, other, Self.gpt].map { ModelRung([ModelRung.Member($0)]) }
        for seconds in [2.0, 60, 3600] {
            var next = Bench(rungs, board: bench.board, at: .seconds(seconds))
            #expect(next.begin(seconds) == ask(Self.gpt))
        }
        var later = Bench(rungs, board: bench.board, at: .seconds(3602))
        #expect(later.begin(3602) == ask(Self.grok))
    }

    @Test func `one that is down for long is asked seldom, and found again soon`() {
        var policy = CircuitBreaker.Policy()
        policy.openForMax = .seconds(5)
        var settings = TargetBoard.Settings()
        settings.breaker = policy
        var board = TargetBoard(settings: settings, seed: 7)
        for call in 0..<20 {
            var bench = Bench(board: board, at: .seconds(call * 3)) { $0.repeatsMax = 0 }
            if bench.begin(Double(call * 3)) == ask(Self.grok) { _ = bench.fail(.unreachable, Double(call * 3)) }
            _ = bench.text("x", Double(call * 3))
            _ = bench.end(Double(call * 3))
            board = bench.board
        }
        #expect(board[Self.grok].asked < 20 && board[Self.gpt].answered == 20)
        var back = Bench(board: board, at: .seconds(65))
        #expect(back.begin(65) == ask(Self.grok))
    }

    // MARK: Clocks

    @Test func `each clock runs out by itself`() {
        var first = Bench { $0.firstContent = .seconds(5) }
        _ = first.begin()
        #expect(first.run.deadline == .seconds(5) && first.tick(4.9).isEmpty)
        #expect(first.tick(5) == [.drop(Self.grok, attempt: 1)] + ask(Self.gpt, attempt: 2))

        var gap = Bench { $0.gap = .seconds(2) }
        _ = gap.begin()
        _ = gap.text("Hel", 1)
        #expect(gap.run.deadline == .seconds(3))
        let failure = ModelFailure(.timedOut, detail: "gap")
        #expect(
            gap.tick(3) == [
                .drop(Self.grok, attempt: 1), .finish(.brokenOff(failure, by: [Self.given(Self.grok, "Hel")])),
            ]
        )

        // A thought is a sign of life.
        var thinking = Bench { ($0.firstContent, $0.gap) = (.seconds(5), .seconds(2)) }
        _ = thinking.begin()
        _ = thinking.hear([.reasoning("Hm")], 4)
        #expect(thinking.run.deadline == .seconds(6))
    }

    @Test func `a client that is slow is not the provider's fault, and a dropped provider is not heard`() {
        var bench = Bench { ($0.gap, $0.total) = (.seconds(2), .seconds(60)) }
        _ = bench.begin()
        let first = bench.attempt
        #expect(
            bench.run.receive(CompletionProgress([.text("Hel")]), from: first, &bench.board, at: .seconds(1)).count == 1
        )
        #expect(bench.run.deadline == .seconds(60) && bench.tick(10).isEmpty)
        bench.run.noteDelivered(from: first, at: .seconds(30))
        #expect(bench.run.deadline == .seconds(32))

        // Nor when it keeps the call until its time is over.
        var slow = Bench { $0.total = .seconds(10) }
        _ = slow.begin()
        _ = slow.run.receive(CompletionProgress([.text("Hel")]), from: slow.attempt, &slow.board, at: .seconds(1))
        #expect(
            slow.tick(10).last
                == .finish(.brokenOff(ModelFailure(.timedOut, detail: "total"), by: [Self.given(Self.grok, "Hel")]))
        )
        #expect(slow.board[Self.grok].failed == 0 && slow.board[Self.grok].inFlight == 0)

        var other = Bench { $0.firstContent = .seconds(5) }
        _ = other.begin()
        let late = other.attempt
        #expect(other.tick(5) == [.drop(Self.grok, attempt: 1)] + ask(Self.gpt, attempt: 2))
        #expect(
            other.run.receive(CompletionProgress([.text("late")]), from: late, &other.board, at: .seconds(6)).isEmpty
        )
        #expect(other.run.content.isEmpty && other.run.deadline == .seconds(10))
    }

    @Test func `the whole call has one deadline, whoever is asked`() {
        var bench = Bench { ($0.total, $0.firstContent) = (.seconds(10), .seconds(6)) }
        _ = bench.begin()
        #expect(bench.tick(6) == [.drop(Self.grok, attempt: 1)] + ask(Self.gpt, attempt: 2))
        #expect(bench.run.deadline == .seconds(10))
        #expect(bench.tick(10) == [.drop(Self.gpt, attempt: 2), .finish(.nobody(bench.run.attempts))])
        #expect(bench.run.attempts.count == 2 && bench.board[Self.gpt].inFlight == 0)
    }

    @Test func `a call that is given up leaves nothing behind`() {
        var bench = Bench()
        _ = bench.begin()
        let actions = bench.run.cancel(&bench.board, at: .seconds(1))
        #expect(actions == [.drop(Self.grok, attempt: 1), .finish(.refused(ModelFailure(.cancelled)))])
        #expect(bench.board[Self.grok].inFlight == 0 && bench.board[Self.grok].failed == 0)
        #expect(bench.run.cancel(&bench.board, at: .seconds(2)).isEmpty)
    }

    // MARK: Two at once

    /// A board on which a target has answered that often, after one second, but for the slowest twentieth.
    private func board(answers: Int, reserve: Double = 20) -> TargetBoard {
        var settings = TargetBoard.Settings()
        settings.extra.reserve = reserve
        var board = TargetBoard(settings: settings, seed: 1)
        for number in 0..<answers {
            board.recordContent(Self.grok, after: .seconds(number % 20 == 0 ? 9 : 1))
        }
        return board
    }

    @Test func `one that is slower than usual is hedged, and whoever speaks first answers`() {
        var bench = Bench(board: board(answers: 40)) { $0.hedgeQuantile = 0.95 }
        _ = bench.begin()
        #expect(bench.run.deadline == .seconds(1) && bench.tick(0.9).isEmpty)
        #expect(bench.tick(1) == ask(Self.gpt, attempt: 2))
        #expect(bench.run.hedge == .open && bench.board[Self.grok].inFlight == 1)
        #expect(bench.text("Hi", 2) == [.drop(Self.grok, attempt: 1), .deliver([.text("Hi")])])
        // What the slow one says at last is nobody's.
        #expect(bench.text("late", 3, from: 1).isEmpty)
        #expect(bench.end(4) == [.finish(.complete(Self.end, by: [Self.given(Self.gpt, "Hi", isFinal: true)]))])
        #expect(bench.run.hedge == .won && bench.board[Self.grok].inFlight == 0 && bench.board[Self.grok].failed == 0)
        // Losing does not make it look quick.
        #expect(bench.board.firstWord(of: Self.grok, quantile: 0.95) == .seconds(2))
    }

    @Test func `the first may still win, and is alone then`() {
        var bench = Bench(board: board(answers: 40)) { $0.hedgeQuantile = 0.95 }
        _ = bench.begin()
        _ = bench.tick(1)
        #expect(bench.text("Hi", 2, from: 1) == [.drop(Self.gpt, attempt: 2), .deliver([.text("Hi")])])
        #expect(bench.run.hedge == .lost && bench.board[Self.gpt].inFlight == 0)
        #expect(bench.text("Hello", 2, from: 2).isEmpty)
        // Never twice in a call, and never beside one that has spoken.
        #expect(bench.tick(20).isEmpty)
        #expect(bench.end(20, from: 1).count == 1)
    }

    @Test func `where two were asked the failure of one is no end`() {
        var bench = Bench(board: board(answers: 40)) { $0.hedgeQuantile = 0.95 }
        _ = bench.begin()
        _ = bench.tick(1)
        #expect(bench.fail(.serverError, 2, from: 1).isEmpty)
        #expect(bench.text("Hi", 3) == [.deliver([.text("Hi")])])
        #expect(bench.run.hedge == .won)

        var other = Bench(board: board(answers: 40)) { ($0.hedgeQuantile, $0.repeatsMax) = (0.95, 0) }
        _ = other.begin()
        _ = other.tick(1)
        #expect(other.fail(.serverError, 2, from: 2).isEmpty && other.run.hedge == .lost)
        #expect(other.fail(.serverError, 3, from: 1) == ask(Self.claude, attempt: 3))

        // Both are too late.
        var late = Bench(board: board(answers: 40)) { ($0.hedgeQuantile, $0.firstContent) = (0.95, .seconds(5)) }
        _ = late.begin()
        _ = late.tick(1)
        #expect(late.tick(5) == [.drop(Self.grok, attempt: 1)])
        #expect(late.tick(6) == [.drop(Self.gpt, attempt: 2)] + ask(Self.claude, attempt: 3))
        // And when the time of the call is over, both are let go.
        var over = Bench(board: board(answers: 40)) { ($0.hedgeQuantile, $0.total) = (0.95, .seconds(5)) }
        _ = over.begin()
        _ = over.tick(1)
        #expect(over.tick(5).prefix(2) == [.drop(Self.grok, attempt: 1), .drop(Self.gpt, attempt: 2)])
        #expect(over.board[Self.grok].inFlight == 0 && over.board[Self.gpt].inFlight == 0)
        // A request that is at fault is at fault with both.
        var fault = Bench(board: board(answers: 40)) { $0.hedgeQuantile = 0.95 }
        _ = fault.begin()
        _ = fault.tick(1)
        let refused = fault.fail(.badRequest, 2, from: 2)
        #expect(refused == [.drop(Self.grok, attempt: 1), .finish(.refused(ModelFailure(.badRequest)))])
        #expect(fault.board[Self.grok].inFlight == 0)
    }

    @Test func `nobody is hedged who is unknown, thinking, or beyond what there is for it`() {
        var unknown = Bench(board: board(answers: 19)) { $0.hedgeQuantile = 0.95 }
        _ = unknown.begin()
        #expect(unknown.run.deadline == .seconds(20))
        var off = Bench(board: board(answers: 40))
        _ = off.begin()
        #expect(off.run.deadline == .seconds(20))
        var thinking = Bench(board: board(answers: 40)) { $0.hedgeQuantile = 0.95 }
        _ = thinking.begin()
        _ = thinking.hear([.reasoning("Hm")], 0.5)
        #expect(thinking.tick(1).isEmpty && thinking.run.hedge == nil)
        var poor = Bench(board: board(answers: 40, reserve: 0.5)) { $0.hedgeQuantile = 0.95 }
        _ = poor.begin()
        #expect(poor.tick(1).isEmpty && poor.run.hedge == nil)
    }

    @Test func `one that is overtaken time and again is taken for silent, and so is one on trial`() {
        var board = board(answers: 40)
        for call in 0..<6 {
            let now = Double(call * 10)
            var bench = Bench(board: board, at: .seconds(now)) { $0.hedgeQuantile = 0.5 }
            _ = bench.begin(now)
            _ = bench.tick(now + 5)
            #expect(bench.text("Hi", now + 6, from: 2).count == 2 && bench.run.hedge == .won)
            _ = bench.end(now + 7, from: 2)
            board = bench.board
            #expect(board[Self.grok].failed == UInt64(max(0, call - 2)))
            #expect(board[Self.grok].inFlight == 0)
        }
        // Three failures in a row are enough.
        guard case .open = board[Self.grok].breaker.state else {
            Issue.record("it is still asked first")
            return
        }
        var trial = Bench(board: board, at: .seconds(200)) { $0.hedgeQuantile = 0.5 }
        #expect(trial.begin(200) == ask(Self.grok))
        _ = trial.tick(220)
        _ = trial.text("Hi", 221, from: trial.attempt)
        guard case .open = trial.board[Self.grok].breaker.state else {
            Issue.record("a trial that is not waited for is no success")
            return
        }
    }

    @Test func `the second does not look quick because the first was just quicker`() {
        var bench = Bench(board: board(answers: 40)) { $0.hedgeQuantile = 0.95 }
        for _ in 0..<20 { bench.board.recordContent(Self.gpt, after: .seconds(1)) }
        _ = bench.begin()
        _ = bench.tick(1)
        _ = bench.text("Hi", 1.01, from: 1)
        #expect(bench.board.firstWord(of: Self.gpt, quantile: 0) == .seconds(1))
    }

    @Test func `a hedge that finds nobody leaves everything as it was`() {
        var settings = TargetBoard.Settings()
        settings.atOnceMax = 1
        settings.extra.reserve = 1
        var board = TargetBoard(settings: settings, seed: 1)
        for _ in 0..<20 { board.recordContent(Self.grok, after: .seconds(1)) }
        var other = Bench([Self.rungs[1]], board: board)
        _ = other.begin()
        var bench = Bench([Self.rungs[0], Self.rungs[1]], board: other.board) {
            ($0.hedgeQuantile, $0.repeatsMax) = (0.9, 0)
        }
        _ = bench.begin()
        #expect(bench.tick(1).isEmpty && bench.run.attempts.isEmpty && bench.board.mayAskMore)
        // The second has room again when the first fails.
        other.board = bench.board
        _ = other.text("x", 2)
        _ = other.end(2)
        bench.board = other.board
        #expect(bench.fail(.serverError, 3) == ask(Self.gpt, attempt: 2))
    }

    @Test func `all calls together ask again only so often`() {
        var settings = TargetBoard.Settings()
        (settings.extra.share, settings.extra.reserve) = (0.2, 5)
        settings.breaker.failuresMax = 100_000
        var board = TargetBoard(settings: settings, seed: 1)
        let calls = 1000
        for _ in 0..<calls {
            var bench = Bench([Self.rungs[0]], board: board) { $0.repeatsMax = 1 }
            _ = bench.begin()
            while bench.run.outcome == nil { _ = bench.fail(.serverError) }
            board = bench.board
        }
        // A fifth more for each that is asked, those that are asked again included.
        #expect((1200...1260).contains(board[Self.grok].asked))
    }

    // MARK: Rungs

    @Test func `inside a rung the quickest comes first, and weights are kept`() {
        var board = TargetBoard(seed: 3)
        board.recordContent(Self.grok, after: .seconds(2))
        board.recordContent(Self.gpt, after: .seconds(1))
        let members = [Self.grok, Self.gpt].map { ModelRung.Member($0) }
        #expect(board.order(of: ModelRung(members, balance: .leastLatency)) == [Self.gpt, Self.grok])
        let weighted = ModelRung(
            [ModelRung.Member(Self.grok, weight: 3), ModelRung.Member(Self.gpt, weight: 1)],
            balance: .weighted
        )
        let firsts = (0..<4000).map { _ in board.order(of: weighted)[0] }
        #expect((2800...3200).contains(firsts.count { $0 == Self.grok }))
        let all = board.order(of: ModelRung(members.map { ModelRung.Member($0.target, weight: 0) }, balance: .weighted))
        #expect(Set(all) == [Self.grok, Self.gpt])
    }

    @Test func `no more calls than a target may have are sent there`() {
        var settings = TargetBoard.Settings()
        settings.atOnceMax = 1
        var first = Bench(board: TargetBoard(settings: settings, seed: 1))
        #expect(first.begin() == ask(Self.grok))
        var second = Bench(board: first.board)
        #expect(second.begin() == ask(Self.gpt))
        #expect(second.run.attempts.map(\.reason) == [.skipped(.crowded)])
    }

    @Test func `nobody at all is said to be nobody`() {
        var bench = Bench([])
        #expect(bench.begin() == [.finish(.nobody([]))])
    }
}
