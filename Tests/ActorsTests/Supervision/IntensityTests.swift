import Actors
import Bus
import Testing

/// Restart limits, escalation, backoff and the degraded mode, as decisions.
struct IntensityTests {
    @Test func `one restart more than the limit escalates`() {
        var driver = StateDriver(.stub(limit: RestartLimit(2, within: .seconds(5)), [.stub("a"), .stub("b")]))
        driver.startAll()
        for _ in 0..<2 {
            driver.exit("a", .broken)
            driver.makeReady()
            driver.advance(by: .seconds(1))
        }
        #expect(driver.state.phase == .running)
        _ = driver.take()
        driver.exit("a", .broken)
        let error = SupervisorError.exhausted(child: "a", limit: RestartLimit(2, within: .seconds(5)), last: .broken)
        #expect(driver.state.phase == .ending(.failed(error)))
        driver.letStop()
        #expect(driver.take() == ["stop b#1", "finish \(SupervisorOutcome.failed(error))"])
    }

    @Test func `restarts that lie further apart never escalate`() {
        var driver = StateDriver(.stub(limit: RestartLimit(2, within: .seconds(5)), [.stub("a")]))
        driver.startAll()
        for _ in 0..<50 {
            driver.exit("a", .broken)
            driver.makeReady()
            driver.advance(by: .milliseconds(2_501))
        }
        #expect(driver.state.phase == .running)
        #expect(driver.number("a") == 51)
    }

    @Test func `the restarts of all children count together`() {
        var driver = StateDriver(.stub(limit: RestartLimit(1, within: .seconds(5)), [.stub("a"), .stub("b")]))
        driver.startAll()
        driver.exit("a", .broken)
        driver.makeReady()
        driver.exit("b", .broken)
        #expect(driver.state.isEnding)
    }

    @Test func `a child's own limit can hold it down without its siblings`() {
        let child = ChildSpec.stub("a").with {
            $0.limit = RestartLimit(1, within: .seconds(5))
            $0.whenExhausted = .stop
        }
        var driver = StateDriver(.stub([child, .stub("b")]))
        driver.startAll()
        driver.exit("a", .broken)
        driver.makeReady()
        driver.exit("a", .broken)
        #expect(driver.phase("a") == .down(.held))
        #expect(driver.phase("b") == .running)
        #expect(driver.kinds(of: "a").last == .heldDown)
    }

    @Test func `backoff grows with each failure and starts afresh after a quiet time`() {
        let child = ChildSpec.stub("a").with {
            $0.backoff = Backoff(base: .seconds(1), cap: .seconds(30), jitter: 0, resetAfter: .seconds(60))
        }
        var driver = StateDriver(.stub(limit: RestartLimit(100, within: .seconds(5)), [child]))
        driver.startAll()
        for expected in [1, 2, 4] {
            driver.exit("a", .broken)
            #expect(driver.phase("a") == .waiting(until: driver.now.advanced(by: .seconds(expected))))
            driver.advance(by: .seconds(expected))
            driver.makeReady()
        }
        driver.advance(by: .seconds(60))
        driver.exit("a", .broken)
        #expect(driver.phase("a") == .waiting(until: driver.now.advanced(by: .seconds(1))))
    }

    @Test func `a group waits for the backoff of the one that failed`() {
        let child = ChildSpec.stub("b").with {
            $0.backoff = Backoff(base: .seconds(2), cap: .seconds(30), jitter: 0, resetAfter: .seconds(60))
        }
        var driver = StateDriver(.stub(.oneForAll, [.stub("a"), child]))
        driver.startAll()
        _ = driver.take()
        driver.exit("b", .broken)
        driver.letStop()
        driver.advance(by: .milliseconds(1_999))
        #expect(driver.take() == ["stop a#1"])
        driver.advance(by: .milliseconds(1))
        driver.makeReady()
        #expect(driver.take() == ["start a#2", "start b#2"])
    }

    @Test func `a degraded child is tried at its interval for ever, and recovers`() {
        let child = ChildSpec.stub("a").with {
            $0.whenExhausted = .degrade(every: .seconds(30))
            $0.backoff = Backoff(base: .zero, cap: .zero, jitter: 0, resetAfter: .seconds(10))
        }
        var driver = StateDriver(.stub(limit: RestartLimit(1, within: .seconds(5)), [child, .stub("b")]))
        driver.startAll()
        driver.exit("a", .broken)
        driver.makeReady()
        driver.exit("a", .broken)
        #expect(driver.kinds(of: "a").contains(.degraded(every: .seconds(30))))
        for _ in 0..<20 {
            #expect(driver.phase("a") == .waiting(until: driver.now.advanced(by: .seconds(30))))
            driver.advance(by: .seconds(30))
            driver.exit("a", .broken)
        }
        #expect(driver.state.phase == .running)
        driver.advance(by: .seconds(30))
        driver.ready("a")
        driver.advance(by: .seconds(10))
        #expect(driver.kinds(of: "a").last == .recovered)
        #expect(driver.state["a"]?.isDegraded == false)
        // Trusted again: the next failure restarts at once.
        driver.exit("a", .broken)
        #expect(driver.kinds(of: "a").last == .started)
    }

    @Test func `directives decide by the class of the error`() {
        let child = ChildSpec.stub("a").with {
            $0.directives = ["resume", "stop", "escalate"].reduce(into: [:]) {
                $0[FailureClass($1)] = Directive(rawValue: $1)
            }
        }
        func after(_ failure: String) -> (resumes: Bool, driver: StateDriver) {
            var driver = StateDriver(.stub([child, .stub("b")]))
            driver.startAll()
            let resumes = driver.exit("a", .failed(Failure(Broken(failure))))
            return (resumes, driver)
        }
        let resumed = after("resume")
        #expect(resumed.resumes && resumed.driver.phase("a") == .running && resumed.driver.number("a") == 1)
        #expect(after("stop").driver.phase("a") == .down(.held))
        #expect(after("escalate").driver.state.isEnding)
        #expect(after("other").driver.number("a") == 2)
    }

    @Test func `resuming is limited like restarting`() {
        let child = ChildSpec.stub("a").with { $0.directives = [FailureClass("broken"): .resume] }
        var driver = StateDriver(.stub(limit: RestartLimit(2, within: .seconds(5)), [child]))
        driver.startAll()
        let resumes = (0..<3).map { _ in driver.exit("a", .broken) }
        #expect(resumes == [true, true, false])
        let error = SupervisorError.exhausted(child: "a", limit: RestartLimit(2, within: .seconds(5)), last: .broken)
        #expect(driver.state.phase == .ended(.failed(error)))
    }
}
