import Actors
import Bus
import Testing

/// Starting in order, readiness, and starts that fail, as decisions.
struct StartingTests {
    @Test func `the next child starts when the one before it is ready`() {
        var driver = StateDriver(.stub([.stub("a"), .stub("b"), .stub("c")]))
        driver.start()
        #expect(driver.take() == ["start a#1"])
        driver.ready("a")
        #expect(driver.take() == ["start b#1"])
        driver.ready("b")
        driver.ready("c")
        #expect(driver.take() == ["start c#1", "ready"])
        #expect(driver.state.phase == .running)
    }

    @Test func `a child that fails in the first start takes down those before it, in reverse`() {
        var driver = StateDriver(.stub([.stub("a"), .stub("b"), .stub("c"), .stub("d")]))
        driver.start()
        driver.ready("a")
        driver.ready("b")
        _ = driver.take()
        driver.exit("c", .broken)
        #expect(driver.take() == ["stop b#1"])
        driver.exit("b", .cancelled)
        driver.exit("a", .cancelled)
        let error = SupervisorError.startFailed(child: "c", reason: .broken)
        #expect(driver.take() == ["stop a#1", "finish \(SupervisorOutcome.failed(error))"])
    }

    @Test func `a child that is not ready in time fails the first start`() {
        var driver = StateDriver(.stub([.stub("a")]))
        driver.start()
        driver.advance(by: .milliseconds(9_999))
        #expect(driver.take() == ["start a#1"])
        driver.advance(by: .milliseconds(1))
        #expect(driver.take() == ["stop a#1"])
        driver.exit("a", .cancelled)
        #expect(driver.state.phase == .ended(.failed(.startFailed(child: "a", reason: .startTimedOut))))
    }

    @Test func `a later start that fails or takes too long counts as a restart`() {
        var driver = StateDriver(.stub(limit: RestartLimit(3, within: .seconds(60)), [.stub("a")]))
        driver.startAll()
        driver.exit("a", .broken)
        driver.exit("a", .broken)
        driver.advance(by: .seconds(10))
        driver.exit("a", .cancelled)
        #expect(driver.state["a"]?.lastExit == .startTimedOut)
        #expect(driver.number("a") == 4)
        driver.exit("a", .broken)
        #expect(driver.state.isEnding)
    }

    @Test func `a child that always fails in its start never loops tightly`() {
        let child = ChildSpec.stub("a").with {
            $0.backoff = Backoff(base: .milliseconds(100), cap: .seconds(10), jitter: 0.2, resetAfter: .seconds(60))
            $0.whenExhausted = .degrade(every: .seconds(30))
        }
        let spec = SupervisorSpec.stub(limit: RestartLimit(5, within: .seconds(10)), [child, .stub("b")])
        var driver = StateDriver(spec.with { $0.firstStart = .retry })
        driver.start()
        for _ in 0..<3_600 {
            if case .starting = driver.phase("a") { driver.exit("a", .broken) }
            if case .starting = driver.phase("b") { driver.ready("b") }
            driver.advance(by: .seconds(1))
        }
        // An hour: a few quick tries, then one each half minute. The sibling runs all the same.
        #expect(driver.number("a") < 130)
        #expect(driver.phase("b") == .running)
    }

    @Test func `while retrying its first start a child holds up the next one`() {
        let child = ChildSpec.stub("a").with {
            $0.backoff = Backoff(base: .seconds(1), cap: .seconds(1), jitter: 0, resetAfter: .seconds(60))
        }
        var driver = StateDriver(SupervisorSpec.stub([child, .stub("b")]).with { $0.firstStart = .retry })
        driver.start()
        driver.exit("a", .broken)
        #expect(driver.take() == ["start a#1"])
        driver.advance(by: .seconds(1))
        driver.ready("a")
        #expect(driver.take() == ["start a#2", "start b#1"])
    }

    @Test func `a transient child that returns before it is ready holds up nobody`() {
        var driver = StateDriver(.stub([.stub("a", .transient), .stub("b")]))
        driver.start()
        driver.exit("a", .normal)
        driver.ready("b")
        #expect(driver.state.phase == .running)
    }

    @Test func `readiness of an earlier incarnation counts for nothing`() {
        var driver = StateDriver(.stub([.stub("a")]))
        driver.startAll()
        driver.exit("a", .broken)
        driver.command { $0.childReady("a", number: 1, at: $1) }
        #expect(driver.phase("a") != .running)
    }

    @Test func `no progress for longer than the heartbeat allows is a failure`() {
        let child = ChildSpec.stub("a").with { $0.heartbeat = .init(every: .seconds(1), missed: 3) }
        var driver = StateDriver(.stub([child]))
        driver.startAll()
        for _ in 0..<10 {
            driver.advance(by: .milliseconds(2_900))
            driver.lastProgress["a"] = driver.now
        }
        #expect(driver.phase("a") == .running)
        driver.advance(by: .milliseconds(2_999))
        #expect(driver.phase("a") == .running)
        _ = driver.take()
        driver.advance(by: .milliseconds(1))
        #expect(driver.take() == ["stop a#1"])
        driver.exit("a", .cancelled)
        #expect(driver.take() == ["start a#2"])
        #expect(driver.state["a"]?.lastExit == .heartbeatLost)
        #expect(driver.state["a"]?.restartsTotal == 1)
    }
}
