import Bus
import Testing

@testable import API

/// What a sliding window is by definition: every event is kept.
private struct ExactWindow {
    let length: Duration
    var events: [Timestamp] = []

    /// Events within the last `length`, however long `length` is made.
    func count(at now: Timestamp, stretchedBy factor: Double = 1) -> Int {
        let reach = Int64(Double(length.wholeNanoseconds) * factor)
        return events.count { $0.nanoseconds > now.nanoseconds - reach }
    }
}

@Suite struct SlidingWindowTests {
    private static let lengths: [Duration] = [.seconds(1), .seconds(60), .seconds(3600), .seconds(86_400)]

    @Test(arguments: lengths, [UInt64](1...8))
    func `it counts no less than an exact window and no more than one that is a hundredth longer`(
        length: Duration,
        seed: UInt64
    ) {
        var random = SplitMix64(state: seed)
        var (window, exact) = (SlidingWindow(length: length), ExactWindow(length: length))
        var now = Timestamp(seconds: 1_790_000_000)
        let pauseMax = length.wholeNanoseconds / [3, 40, 700, 5000][Int(seed % 4)]
        for _ in 0..<2000 {
            now = Timestamp(nanoseconds: now.nanoseconds + Int64.random(in: 0...pauseMax, using: &random))
            window.advance(to: now)
            #expect(window.used >= exact.count(at: now))
            #expect(window.used <= exact.count(at: now, stretchedBy: 1.01))
            guard Bool.random(using: &random) else { continue }
            let count = Int.random(in: 1...3, using: &random)
            window.add(count, to: window.index(at: now))
            exact.events += Array(repeating: now, count: count)
        }
        #expect(window.buckets.count <= 257)
    }

    @Test(arguments: lengths, [UInt64](1...8))
    func `a limit holds in any stretch, and a refusal says exactly when to ask again`(length: Duration, seed: UInt64) {
        var random = SplitMix64(state: seed)
        let limit = [1, 3, 30, 200][Int(seed % 4)]
        var (window, exact) = (SlidingWindow(length: length), ExactWindow(length: length))
        var now = Timestamp(seconds: 1_790_000_000)
        let pauseMax = length.wholeNanoseconds / Int64(limit) * 2
        for _ in 0..<1000 {
            now = Timestamp(nanoseconds: now.nanoseconds + Int64.random(in: 0...pauseMax, using: &random))
            window.advance(to: now)
            if window.used < limit {
                window.add(1, to: window.index(at: now))
                exact.events.append(now)
            } else {
                let opens = window.opens(for: 1, under: limit)
                guard let opens else {
                    Issue.record("it never opens")
                    return
                }
                // A nanosecond earlier there is no room, and then there is.
                var before = window
                before.advance(to: Timestamp(nanoseconds: opens.nanoseconds - 1))
                #expect(before.used == limit)
                var after = window
                after.advance(to: opens)
                #expect(after.used < limit)
                #expect(opens > now && now.duration(to: opens) <= length * 1.01)
            }
            // Every stretch of that length ends with some event.
            #expect(exact.count(at: now) <= limit)
        }
    }

    @Test func `what is given back leaves room at once, and nobody gets more than was counted`() {
        var window = SlidingWindow(length: .seconds(60))
        window.add(5, to: 100)
        window.add(2, to: 101)
        window.remove(3, from: 100)
        #expect(window.used == 4)
        window.remove(9, from: 100)
        window.remove(1, from: 77)
        #expect(window.used == 2)
        #expect(window.buckets == [SlidingWindow.Bucket(index: 101, count: 2)])
    }

    @Test func `a clock that is set back locks nobody out`() {
        var window = SlidingWindow(length: .seconds(60))
        let future = Timestamp(seconds: 2_000_000_000)
        window.add(3, to: window.index(at: future))
        let now = Timestamp(seconds: 1_790_000_000)
        window.advance(to: now)
        #expect(window.used == 3)
        window.advance(to: now.advanced(by: .seconds(61)))
        #expect(window.used == 0)
    }

    @Test(arguments: [UInt64](1...20)) func `what is written is read again`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let rules = [
            LimitRule("minute", count: 300, window: .seconds(60)),
            LimitRule("day", count: 50_000, window: .seconds(86_400)),
        ]
        var windows = RuleWindows(rules)
        var now = Timestamp(seconds: 1_790_000_000)
        for _ in 0..<Int.random(in: 0...2000, using: &random) {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...400, using: &random)))
            windows.advance(to: now)
            windows.take(Int.random(in: 0...3, using: &random), at: now)
        }
        let bytes = windows.bytes
        #expect(RuleWindows(rules, bytes: bytes) == windows)
        #expect(bytes.count < 2048)
        // Whatever else is stored there is not taken for it, and breaks nothing.
        for length in [0, 1, bytes.count / 2, bytes.count - 1] {
            #expect(RuleWindows(rules, bytes: Array(bytes.prefix(length))) == nil)
        }
        for _ in 0..<200 {
            var broken = bytes
            broken[Int.random(in: broken.indices, using: &random)] = .random(in: 0...255, using: &random)
            _ = RuleWindows(rules, bytes: broken)
        }
    }

    @Test func `a window that is made longer or shorter forgets nothing too early`() throws {
        let now = Timestamp(seconds: 1_790_000_000)
        var window = SlidingWindow(length: .seconds(3600))
        window.add(7, to: window.index(at: now))
        for length in [60, 600, 86_400] {
            var other = window.rescaled(to: .seconds(length))
            #expect(other.used == 7)
            other.advance(to: now.advanced(by: .seconds(length)))
            #expect(other.used == 7)
        }
    }
}

@Suite struct RuleWindowsTests {
    private let minute = LimitRule("minute", count: 3, window: .seconds(60))
    private let hour = LimitRule("hour", count: 5, window: .seconds(3600))
    private let start = Timestamp(seconds: 1_790_000_000)

    @Test func `the rule with the least room decides, and is the one that is told`() {
        var windows = RuleWindows([minute, hour])
        #expect(windows.admission(at: start).rule == "minute")
        #expect(windows.room == 3)
        windows.take(3, at: start)
        let refusal = windows.refusal(at: start)
        #expect(refusal.rule == "minute" && refusal.limit == 3 && refusal.remaining == 0 && !refusal.isAdmitted)
        #expect((60...61).contains(refusal.retryAfterSeconds ?? 0))
        let later = start.advanced(by: .seconds(61))
        windows.advance(to: later)
        #expect(windows.room == 2)
        windows.take(1, at: later)
        let admission = windows.admission(at: later)
        #expect(admission.rule == "hour" && admission.limit == 5 && admission.remaining == 1)
        windows.take(1, at: later)
        let long = windows.refusal(at: later)
        #expect(long.rule == "hour")
        #expect((3600 - 61...3600 - 46).contains(long.retryAfterSeconds ?? 0))
    }

    @Test func `a rule that admits nothing says so and never divides by it`() {
        var windows = RuleWindows([LimitRule("none", count: 0, window: .seconds(60))])
        windows.advance(to: start)
        #expect(windows.room == 0)
        #expect(windows.refusal(at: start).retryAfterSeconds == 60)
        #expect(windows.opens == nil)
    }

    @Test func `rules that come and go keep what the others have counted`() throws {
        var windows = RuleWindows([minute, hour])
        windows.take(2, at: start)
        let stricter = LimitRule("minute", count: 2, window: .seconds(60))
        let day = LimitRule("day", count: 9, window: .seconds(86_400))
        let read = try #require(RuleWindows([stricter, day], bytes: windows.bytes))
        #expect(read.room == 0)
        #expect(RuleWindows([day], bytes: windows.bytes)?.room == 9)
    }
}
