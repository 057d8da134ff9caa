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

        mutating func begin(_ seconds: Double = 0) -> [ChainRun.Action] { run.begin(&board, at: .seconds(seconds)) }
        mutating func text(_ text: String, _ seconds: Double = 0) -> [ChainRun.Action] {
            hear([.text(text)], seconds)
        }
        /// The client takes it at once.
        mutating func hear(_ pieces: [CompletionPiece], _ seconds: Double) -> [ChainRun.Action] {
            let actions = run.receive(CompletionProgress(pieces), from: run.attempt, &board, at: .seconds(seconds))
            if !actions.isEmpty { run.noteDelivered(from: run.attempt, at: .seconds(seconds)) }
            return actions
        }
        mutating func fail(_ kind: ModelFailure.Kind, _ seconds: Double = 0) -> [ChainRun.Action] {
            run.fail(ModelFailure(kind), &board, at: .seconds(seconds))
        }
        mutating func end(_ seconds: Double = 0) -> [ChainRun.Action] {
            run.end(ChainRunTests.end, &board, at: .seconds(seconds))
        }
        mutating func tick(_ seconds: Double) -> [ChainRun.Action] { run.tick(&board, at: .seconds(seconds)) }
    }

    /// What a target has given: to its end, or as far as it came.
    private static func given(_ target: ModelTarget, _ text: String, isFinal: Bool = false) -> Contribution {
        var contribution = Contribution(target)
        contribution.deliveredBytes = text.utf8.count
        contribution.isFinal = isFinal
        return contribution
    }

    private func ask(_ target: ModelTarget, _ text: String? = nil) -> [ChainRun.Action] {
        [.ask(target, continuing: text)]
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
        #expect(bench.fail(.truncated, 2) == ask(Self.gpt))
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
        #expect(bench.fail(.truncated, 2) == ask(Self.gpt, "Hel"))
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
        _ = bench.run.receive(begun, from: bench.run.attempt, &bench.board, at: .zero)
        _ = bench.fail(.truncated, 1)
        _ = bench.text("lo", 2)
        let end = CompletionEnd(finish: .stop, usage: ModelUsage(inputUncached: 50, output: 7), model: nil)
        guard case .finish(.complete(_, let by))? = bench.run.end(end, &bench.board, at: .seconds(3)).first else {
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
        _ = bench.run.receive(ended, from: bench.run.attempt, &bench.board, at: .seconds(1))
        bench.run.noteDelivered(from: bench.run.attempt, at: .seconds(1))
        #expect(bench.run.deadline == .seconds(3) && bench.tick(2.9).isEmpty)
        let by = [Self.given(Self.grok, "Hello", isFinal: true)]
        #expect(bench.tick(3) == [.drop(Self.grok), .finish(.complete(Self.end, by: by))])
        #expect(bench.board[Self.grok].answered == 1 && bench.board[Self.grok].inFlight == 0)
    }

    @Test func `where nothing is handed on before the end, another is asked until the very end`() {
        var bench = Bench { ($0.holdsBack, $0.repeatsMax) = (true, 1) }
        _ = bench.begin()
        #expect(bench.text("Hel", 1).isEmpty)
        // Half an answer that nobody has seen is thrown away.
        #expect(bench.fail(.truncated, 2) == ask(Self.grok))
        #expect(bench.text("Hal", 3).isEmpty)
        #expect(bench.fail(.truncated, 4) == ask(Self.gpt))
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
        #expect(bench.end(1) == ask(Self.gpt))
        #expect(bench.run.attempts.map(\.reason) == [.failed(ModelFailure(.empty))])
    }

    @Test func `a model that does not want to answer is not broken, and neither is one that has thought too long`() {
        for finish in [FinishReason.contentFilter, .length, .stop] {
            var bench = Bench { $0.repeatsMax = 1 }
            _ = bench.begin()
            let end = CompletionEnd(finish: finish, usage: nil, model: nil)
            let next = bench.run.end(end, &bench.board, at: .seconds(1))
            // Only one that has said nothing for no reason is asked again.
            #expect(next == ask(finish == .stop ? Self.grok : Self.gpt))
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
        #expect(other.fail(.truncated, 2) == ask(Self.gpt, "Hel"))
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
        #expect(longer.fail(.contextTooLong) == ask(Self.gpt))
    }

    @Test func `a target is asked again a few times, and visited once`() {
        var bench = Bench([Self.rungs[0], Self.rungs[1], Self.rungs[0]]) { $0.repeatsMax = 1 }
        _ = bench.begin()
        #expect(bench.fail(.serverError) == ask(Self.grok))
        #expect(bench.fail(.serverError) == ask(Self.gpt))
        #expect(bench.fail(.keyRefused) == [.finish(.nobody(bench.run.attempts))])
        #expect(bench.run.attempts.map(\.target) == [Self.grok, Self.grok, Self.gpt])
    }

    @Test func `nobody waits for whoever asks for a pause`() {
        var bench = Bench()
        _ = bench.begin()
        let failure = ModelFailure(.rateLimited, status: 429, retryAfter: .seconds(30))
        #expect(bench.run.fail(failure, &bench.board, at: .seconds(1)) == ask(Self.gpt))
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
        #expect(bench.fail(.outOfMoney, 1) == ask(Self.gpt))
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
        #expect(first.tick(5) == [.drop(Self.grok)] + ask(Self.gpt))

        var gap = Bench { $0.gap = .seconds(2) }
        _ = gap.begin()
        _ = gap.text("Hel", 1)
        #expect(gap.run.deadline == .seconds(3))
        let failure = ModelFailure(.timedOut, detail: "gap")
        #expect(gap.tick(3) == [.drop(Self.grok), .finish(.brokenOff(failure, by: [Self.given(Self.grok, "Hel")]))])

        // A thought is a sign of life.
        var thinking = Bench { ($0.firstContent, $0.gap) = (.seconds(5), .seconds(2)) }
        _ = thinking.begin()
        _ = thinking.hear([.reasoning("Hm")], 4)
        #expect(thinking.run.deadline == .seconds(6))
    }

    @Test func `a client that is slow is not the provider's fault, and a dropped provider is not heard`() {
        var bench = Bench { ($0.gap, $0.total) = (.seconds(2), .seconds(60)) }
        _ = bench.begin()
        let first = bench.run.attempt
        #expect(
            bench.run.receive(CompletionProgress([.text("Hel")]), from: first, &bench.board, at: .seconds(1)).count == 1
        )
        #expect(bench.run.deadline == .seconds(60) && bench.tick(10).isEmpty)
        bench.run.noteDelivered(from: first, at: .seconds(30))
        #expect(bench.run.deadline == .seconds(32))

        // Nor when it keeps the call until its time is over.
        var slow = Bench { $0.total = .seconds(10) }
        _ = slow.begin()
        _ = slow.run.receive(CompletionProgress([.text("Hel")]), from: slow.run.attempt, &slow.board, at: .seconds(1))
        #expect(
            slow.tick(10).last
                == .finish(.brokenOff(ModelFailure(.timedOut, detail: "total"), by: [Self.given(Self.grok, "Hel")]))
        )
        #expect(slow.board[Self.grok].failed == 0 && slow.board[Self.grok].inFlight == 0)

        var other = Bench { $0.firstContent = .seconds(5) }
        _ = other.begin()
        let late = other.run.attempt
        #expect(other.tick(5) == [.drop(Self.grok)] + ask(Self.gpt))
        #expect(
            other.run.receive(CompletionProgress([.text("late")]), from: late, &other.board, at: .seconds(6)).isEmpty
        )
        #expect(other.run.content.isEmpty && other.run.deadline == .seconds(10))
    }

    @Test func `the whole call has one deadline, whoever is asked`() {
        var bench = Bench { ($0.total, $0.firstContent) = (.seconds(10), .seconds(6)) }
        _ = bench.begin()
        #expect(bench.tick(6) == [.drop(Self.grok)] + ask(Self.gpt))
        #expect(bench.run.deadline == .seconds(10))
        #expect(bench.tick(10) == [.drop(Self.gpt), .finish(.nobody(bench.run.attempts))])
        #expect(bench.run.attempts.count == 2 && bench.board[Self.gpt].inFlight == 0)
    }

    @Test func `a call that is given up leaves nothing behind`() {
        var bench = Bench()
        _ = bench.begin()
        let actions = bench.run.cancel(&bench.board, at: .seconds(1))
        #expect(actions == [.drop(Self.grok), .finish(.refused(ModelFailure(.cancelled)))])
        #expect(bench.board[Self.grok].inFlight == 0 && bench.board[Self.grok].failed == 0)
        #expect(bench.run.cancel(&bench.board, at: .seconds(2)).isEmpty)
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
