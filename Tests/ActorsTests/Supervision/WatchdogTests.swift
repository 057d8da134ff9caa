import Actors
import Bus
import Glibc
import Testing
import Threading

/// What the watchdog makes of what it sees.
struct WatchdogStateTests {
    private let policy = WatchdogPolicy(interval: .seconds(1), canaryLateMax: .seconds(5), tickLateMax: .seconds(2))

    private func at(_ seconds: Int) -> Moment { Moment(.seconds(seconds)) }

    private func look(_ state: inout WatchdogState, at second: Int, canarySent: Int? = nil) -> WatchdogVerdict {
        state.judge(WatchdogObservation(now: at(second), canarySentAt: canarySent.map(at)))
    }

    @Test func `a canary that comes back keeps it alive`() {
        var state = WatchdogState(policy, at: .zero)
        for second in 1...20 { #expect(look(&state, at: second) == .alive) }
    }

    @Test func `a canary that stays out too long wedges it, for good`() {
        var state = WatchdogState(policy, at: .zero)
        for second in 1...6 { #expect(look(&state, at: second, canarySent: 1) == .alive) }
        #expect(look(&state, at: 7, canarySent: 1) == .wedged(.poolBlocked(.seconds(6))))
        #expect(look(&state, at: 8) == .wedged(.poolBlocked(.seconds(6))))
    }

    @Test func `a silent part wedges it`() {
        var state = WatchdogState(policy, at: .zero)
        func look(at second: Int, last: Int) -> WatchdogVerdict {
            let probe = WatchdogObservation.Reading(name: "bus", last: at(last), silenceMax: .seconds(3))
            return state.judge(WatchdogObservation(now: at(second), canarySentAt: nil, probes: [probe]))
        }
        for second in 1...4 { #expect(look(at: second, last: 1) == .alive) }
        #expect(look(at: 5, last: 1) == .wedged(.silent("bus", .seconds(4))))
    }

    @Test func `a pause of the whole process is held against nobody`() {
        var state = WatchdogState(policy, at: .zero)
        #expect(look(&state, at: 1, canarySent: 1) == .alive)
        // A minute in which nothing ran, then five seconds in which the canary could have come back.
        #expect(look(&state, at: 61, canarySent: 1) == .alive)
        #expect(state.tickLateness == .seconds(59))
        for second in 62...66 { #expect(look(&state, at: second, canarySent: 1) == .alive) }
        #expect(look(&state, at: 67, canarySent: 1) == .wedged(.poolBlocked(.seconds(6))))
    }

    @Test func `a process that is held up again and again is judged as it is`() {
        var state = WatchdogState(policy, at: .zero)
        var verdicts: [WatchdogVerdict] = []
        for second in [10, 20, 30, 40] { verdicts.append(look(&state, at: second, canarySent: 0)) }
        #expect(verdicts == [.alive, .alive, .alive, .wedged(.poolBlocked(.seconds(10)))])
    }
}

/// The real thread, on a real pool; one at a time, because they stop everything else.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct WatchdogTests {
    /// A pool that is merely busy, with other tests or other programs, is never so late.
    private let policy = WatchdogPolicy(
        interval: .milliseconds(10),
        canaryLateMax: .seconds(3),
        tickLateMax: .seconds(60)
    )

    @Test func `on an idle pool the canary comes back`() async throws {
        let ticks = Signals()
        let reasons = Mutex<[WatchdogVerdict.Reason]>([])
        let watchdog = try Watchdog(policy: policy) { report in
            if report.verdict != .alive || report.canaryLateness != nil { ticks.signal() }
        } onWedged: { reason in
            reasons.withLock { $0.append(reason) }
        }
        try watchdog.start()
        await withDiscardingTaskGroup { group in
            group.addTask { await watchdog.answerCanary() }
            await ticks.wait(for: 3)
            group.cancelAll()
        }
        watchdog.stop()
        #expect(reasons.withLock { $0.isEmpty })
    }

    @Test func `with every thread of the pool blocked it finds the process wedged, once, and stays so`() async throws {
        let orders = try DrillOrders()
        let wedged = Mutex<[WatchdogVerdict.Reason]>([])
        let aliveAfter = Mutex(0)
        let (warmedUp, deadTicks) = (Signals(), Signals())
        let watchdog = try Watchdog(policy: policy) { report in
            switch report.verdict {
            case .alive:
                if !wedged.withLock({ $0.isEmpty }) { aliveAfter.withLock { $0 += 1 } }
            case .wedged: deadTicks.signal()
            }
            warmedUp.signal()
        } onWedged: { reason in
            wedged.withLock { $0.append(reason) }
            // The pool's own threads cannot free themselves; this one is not the pool's.
            orders.release()
        }
        try watchdog.start()
        let child = ChildSpec.drill("blocker", orders)
        try await withTree(.stub([child]), clock: .system, log: ReportLog()) { _ in
            await withDiscardingTaskGroup { group in
                group.addTask { await watchdog.answerCanary() }
                await warmedUp.wait(for: 3)
                orders.order(.blockThreads(count: 64, atMost: .seconds(30)))
                await deadTicks.wait(for: 3)
                group.cancelAll()
            }
        }
        watchdog.stop()
        #expect(wedged.withLock { $0.count } == 1)
        guard case .poolBlocked(let age) = wedged.withLock({ $0.first }) else {
            Issue.record("it was wedged for another reason")
            return
        }
        #expect(age > .seconds(3))
        let ticksAfterwards = aliveAfter.withLock { $0 }
        #expect(ticksAfterwards == 0)
    }

    @Test func `a stamp that is not renewed wedges it, and one that is does not`() async throws {
        let (silent, alive) = (ProgressStamp(), ProgressStamp())
        let reasons = Signals()
        let reason = Mutex<WatchdogVerdict.Reason?>(nil)
        let watchdog = try Watchdog(policy: policy) { report in
            alive.touch(at: report.time)
        } onWedged: { found in
            reason.withLock { $0 = found }
            reasons.signal()
        }
        watchdog.addProbe("silent", silenceMax: .milliseconds(50)) { silent.last }
        watchdog.addProbe("alive", silenceMax: .seconds(60)) { alive.last }
        watchdog.addProbe("gone", silenceMax: .milliseconds(1)) { nil }
        watchdog.removeProbe("gone")
        try watchdog.start()
        await reasons.wait(for: 1)
        watchdog.stop()
        guard case .silent("silent", _) = reason.withLock({ $0 }) else {
            Issue.record("it was wedged for another reason")
            return
        }
    }
}

/// Counts events on any thread, and lets a test wait for a number of them.
final class Signals: Sendable {
    private let state = Mutex<(count: Int, waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)])>(
        (0, [])
    )

    var count: Int { state.withLock { $0.count } }

    func signal() {
        let due = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count += 1
            let count = state.count
            let due = state.waiters.filter { $0.count <= count }.map(\.continuation)
            state.waiters.removeAll { $0.count <= count }
            return due
        }
        for continuation in due { continuation.resume() }
    }

    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
