import Sound
import Testing

@testable import Playout

struct PacerTests {
    private let block = AudioFormat.blockNanoseconds

    /// Runs against a clock that only moves while the pacer sleeps, or stalls where it is told to.
    private func run(
        _ pacer: inout Pacer,
        from start: Int64,
        until end: Int64,
        stallingAt stall: Int64 = .max,
        for length: Int64 = 0
    ) -> [Int64] {
        var now = start
        var renders: [Int64] = []
        var hasStalled = false
        while now < end {
            if now >= stall, !hasStalled {
                hasStalled = true
                now += length
            }
            switch pacer.next(atNanoseconds: now) {
            case .sleep(let moment):
                #expect(moment > now)
                now = moment
            case .render: renders.append(now)
            }
        }
        return renders
    }

    @Test func `blocks leave every 20 ms, counted from the beginning`() {
        var pacer = Pacer(startNanoseconds: 1000)
        let renders = run(&pacer, from: 1000, until: 1000 + 100 * block)
        #expect(renders == (0..<100).map { 1000 + $0 * block })
        #expect(pacer.lateBlocks == 0)
    }

    @Test func `what a stall held up is made good, four times as fast at most`() {
        var pacer = Pacer(startNanoseconds: 0)
        let second: Int64 = 1_000_000_000
        let renders = run(&pacer, from: 0, until: 5 * second, stallingAt: second, for: second)
        // Nothing is lost.
        #expect(renders.count == 250)
        let gaps = zip(renders, renders.dropFirst()).map { $1 - $0 }
        #expect(gaps.min() ?? 0 >= Pacer.catchUpNanoseconds)
        #expect(pacer.lateBlocks > 40)
        #expect(pacer.skippedNanoseconds == 0)
        // In time again within half a second.
        #expect(renders.last { $0 % block != 0 }.map { $0 < second * 5 / 2 } == true)
    }

    @Test func `a stall of more than two seconds is given up and counted`() {
        var pacer = Pacer(startNanoseconds: 0)
        let second: Int64 = 1_000_000_000
        let renders = run(&pacer, from: 0, until: 20 * second, stallingAt: second, for: 10 * second)
        #expect(pacer.skippedNanoseconds == 10 * second)
        #expect(renders.count == 500)
    }

    @Test func `a wall clock that runs faster is followed, a millisecond in each second`() {
        var pacer = Pacer(startNanoseconds: 0)
        let second: Int64 = 1_000_000_000
        pacer.follow(wallOffsetNanoseconds: 5000)
        var renders = 0
        for index in 0..<100 as Range<Int64> {
            renders += run(&pacer, from: index * second, until: (index + 1) * second).count
            // It gains half a millisecond in each second.
            pacer.follow(wallOffsetNanoseconds: 5000 + (index + 1) * 500_000)
        }
        #expect(abs(renders - 5002) <= 1, "\(renders)")
        // A difference of 30 ms takes thirty seconds.
        pacer.follow(wallOffsetNanoseconds: 5000 + 50_000_000 + 30_000_000)
        let before = pacer
        pacer.follow(wallOffsetNanoseconds: 5000 + 50_000_000 + 30_000_000)
        var (slow, fast) = (before, pacer)
        guard case .sleep(let later) = slow.next(atNanoseconds: 100 * second - 100_000_000),
            case .sleep(let sooner) = fast.next(atNanoseconds: 100 * second - 100_000_000)
        else {
            Issue.record("a block is due already")
            return
        }
        #expect(later - sooner == Pacer.slewNanosecondsMax)
    }

    @Test func `a wall clock that is set does not move the programme`() {
        var pacer = Pacer(startNanoseconds: 0)
        pacer.follow(wallOffsetNanoseconds: 0)
        pacer.follow(wallOffsetNanoseconds: 3_600_000_000_000)
        let renders = run(&pacer, from: 0, until: 10 * block)
        #expect(renders == (0..<10).map { $0 * block })
    }
}
