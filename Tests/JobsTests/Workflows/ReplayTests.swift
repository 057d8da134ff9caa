import Bus
import Jobs
import Testing

@Suite struct ReplayTests {
    private static let time = Timestamp(seconds: 1_790_000_000)

    private static func step(_ number: Int, _ name: String, _ kind: StepKind = .step) -> StepRecord {
        StepRecord(
            number: number,
            name: name,
            kind: kind,
            state: .completed,
            output: "1",
            startedAt: time,
            finishedAt: time
        )
    }

    @Test func `calls are numbered in order, answered from the record, and fresh beyond it`() {
        var replay = Replay([Self.step(1, "a"), Self.step(2, "b")])
        #expect(replay.next("a", .step) == .recorded(Self.step(1, "a")))
        #expect(replay.next("b", .step) == .recorded(Self.step(2, "b")))
        #expect(replay.next("c", .step) == .fresh(number: 3))
        #expect(replay.next("d", .timer) == .fresh(number: 4))
        #expect(replay.end() == nil)
    }

    @Test func `two swapped steps are a difference that names the first of them`() {
        var replay = Replay([Self.step(1, "a"), Self.step(2, "b")])
        let difference = Nondeterminism(step: 1, .other(recorded: "step 'a'", called: "step 'b'"))
        #expect(replay.next("b", .step) == .nondeterministic(difference))
        #expect(
            difference.description
                == "the code does not fit the record: step 1 is recorded as step 'a', and the code now calls step 'b'"
        )
    }

    @Test func `the same name as another kind is a difference`() {
        var replay = Replay([Self.step(1, "a", .timer)])
        let difference = Nondeterminism(step: 1, .other(recorded: "timer 'a'", called: "signal 'a'"))
        #expect(replay.next("a", .signal) == .nondeterministic(difference))
    }

    @Test func `code that ends before its record is a difference`() {
        var replay = Replay([Self.step(1, "a"), Self.step(2, "b")])
        _ = replay.next("a", .step)
        #expect(replay.end() == Nondeterminism(step: 2, .ended(recorded: "step 'b'")))
    }

    @Test func `a call that the record passed by is a difference, unless it ran beside others`() {
        var replay = Replay([Self.step(2, "b")])
        #expect(replay.next("a", .step) == .nondeterministic(Nondeterminism(step: 1, .inserted(called: "step 'a'"))))
        var beside = Replay([Self.step(2, "b")])
        #expect(beside.next("a", .step, mayBeMissing: true) == .fresh(number: 1))
        #expect(beside.next("b", .step, mayBeMissing: true) == .recorded(Self.step(2, "b")))
    }

    @Test func `a run is full after ten thousand steps`() {
        var replay = Replay([])
        for number in 1...10_000 { #expect(replay.next("a", .step) == .fresh(number: number)) }
        #expect(replay.next("a", .step) == .full)
    }

    @Test func `a patch is new where nothing is recorded, old where the run has passed, and kept once answered`() {
        var fresh = Replay([Self.step(1, "a")])
        _ = fresh.next("a", .step)
        #expect(fresh.patched("p") == .mark(number: 2))
        #expect(fresh.patched("p") == .new)
        #expect(fresh.next("b", .step) == .fresh(number: 3))

        var passed = Replay([Self.step(1, "a"), Self.step(2, "b")])
        _ = passed.next("a", .step)
        #expect(passed.patched("p") == .old)
        #expect(passed.next("b", .step) == .recorded(Self.step(2, "b")))
        // Beyond the record by now, and yet the same answer.
        #expect(passed.patched("p") == .old)

        var marked = Replay([Self.step(1, "a"), Self.step(2, "p", .patch), Self.step(3, "b")])
        _ = marked.next("a", .step)
        #expect(marked.patched("p") == .new)
        #expect(marked.next("b", .step) == .recorded(Self.step(3, "b")))
    }
}
