import Actors
import Bus
import Testing

/// Stopping in order, deadlines, fences, auto-shutdown and commands, as decisions.
struct StoppingTests {
    @Test func `children stop in reverse order, each when the one after it is gone`() {
        var driver = StateDriver(.stub([.stub("a"), .stub("b"), .stub("c")]))
        driver.startAll()
        _ = driver.take()
        driver.command { $0.stop(at: $1) }
        #expect(driver.take() == ["stop c#1"])
        driver.exit("c", .cancelled)
        #expect(driver.take() == ["stop b#1"])
        driver.exit("b", .broken)  // Crashing while stopping changes nothing.
        #expect(driver.take() == ["stop a#1"])
        driver.exit("a", .normal)
        #expect(driver.take() == ["finish stopped"])
        #expect(driver.state["b"]?.lastExit == .broken)
    }

    @Test func `a child that ignores cancellation is fenced at its deadline and the next one proceeds`() {
        var driver = StateDriver(.stub([.stub("a"), .stub("b")]))
        driver.startAll()
        _ = driver.take()
        driver.command { $0.stop(at: $1) }
        driver.advance(by: .milliseconds(4_999))
        #expect(driver.take() == ["stop b#1"])
        driver.advance(by: .milliseconds(1))
        #expect(driver.take() == ["fence b#1", "stop a#1"])
        #expect(driver.zombies == 1)
        driver.exit("a", .cancelled)
        #expect(driver.take() == ["finish stopped"])
        driver.exit("b", .cancelled)
        #expect(driver.zombies == 0)
        #expect(driver.state.ghostCount == 0)
    }

    @Test func `a fenced incarnation that ends later does not touch its successor`() {
        let child = ChildSpec.stub("a").with { $0.heartbeat = .init(every: .seconds(1)) }
        var driver = StateDriver(.stub([child]))
        driver.startAll()
        driver.advance(by: .seconds(8))
        driver.makeReady()
        #expect(driver.number("a") == 2 && driver.zombies == 1)
        driver.exit("a", .broken, number: 1)
        #expect(driver.phase("a") == .running && driver.number("a") == 2)
        #expect(driver.zombies == 0)
    }

    @Test func `brutal shutdown fences at once and counts a zombie only if it lingers`() {
        let child = ChildSpec.stub("a").with { $0.shutdown = .brutal }
        var driver = StateDriver(.stub([child, .stub("b")]))
        driver.startAll()
        _ = driver.take()
        try? driver.command { try $0.restartChild("a", at: $1) }
        #expect(driver.take() == ["stop a#1", "fence a#1", "start a#2"])
        #expect(driver.zombies == 0)
        driver.advance(by: .seconds(1))
        #expect(driver.zombies == 1)
        driver.exit("a", .cancelled, number: 1)
        #expect(driver.zombies == 0)
    }

    @Test func `an infinite shutdown waits`() {
        let child = ChildSpec.stub("a").with { $0.shutdown = .infinity }
        var driver = StateDriver(.stub([child]))
        driver.startAll()
        _ = driver.take()
        driver.command { $0.stop(at: $1) }
        driver.advance(by: .seconds(1_000_000))
        #expect(driver.take() == ["stop a#1"])
    }

    @Test func `a stop before the start ends at once, and the start comes too late`() {
        var driver = StateDriver(.stub([.stub("a")]))
        driver.command { $0.stop(at: $1) }
        driver.start()
        #expect(driver.take() == ["finish stopped"])
    }

    @Test func `a stop during the start stops what was started`() {
        var driver = StateDriver(.stub([.stub("a"), .stub("b"), .stub("c")]))
        driver.start()
        driver.ready("a")
        _ = driver.take()
        driver.command { $0.stop(at: $1) }
        driver.ready("b")
        driver.letStop()
        #expect(driver.take() == ["stop b#1", "stop a#1", "finish stopped"])
    }

    @Test func `a stop during backoff ends without another start`() {
        let child = ChildSpec.stub("a").with {
            $0.backoff = Backoff(base: .seconds(1), cap: .seconds(1), jitter: 0, resetAfter: .seconds(60))
        }
        var driver = StateDriver(.stub([child]))
        driver.startAll()
        driver.exit("a", .broken)
        driver.command { $0.stop(at: $1) }
        driver.advance(by: .seconds(10))
        #expect(driver.take() == ["start a#1", "ready", "finish stopped"])
    }

    @Test func `abandoning fences everything at once`() {
        var driver = StateDriver(.stub([.stub("a"), .stub("b")]))
        driver.startAll()
        _ = driver.take()
        driver.command { $0.stop(at: $1) }
        driver.command { $0.abandon(at: $1) }
        #expect(driver.take() == ["stop b#1", "fence b#1", "stop a#1", "fence a#1", "finish stopped"])
    }

    @Test func `too many zombies end the supervisor`() {
        var driver = StateDriver(.stub([.stub("a")]))
        driver.startAll()
        driver.command { $0.zombieLimitReached(count: 8, at: $1) }
        driver.letStop()
        #expect(driver.state.phase == .ended(.failed(.tooManyZombies(count: 8))))
    }

    // MARK: - Auto-shutdown

    private func significant(_ mode: SupervisorSpec.AutoShutdown) -> StateDriver {
        let children = (["a", "b"] as [ActorName]).map { name in
            ChildSpec.stub(name, .transient).with { $0.isSignificant = true }
        }
        var driver = StateDriver(SupervisorSpec.stub(children + [.stub("c")]).with { $0.autoShutdown = mode })
        driver.startAll()
        return driver
    }

    @Test func `any significant child that returns ends the supervisor`() {
        var driver = significant(.anySignificant)
        driver.exit("a", .normal)
        driver.letStop()
        #expect(driver.state.phase == .ended(.finished))
    }

    @Test func `only the last significant child ends it when all must`() {
        var driver = significant(.allSignificant)
        driver.exit("a", .normal)
        #expect(driver.state.phase == .running)
        driver.exit("b", .normal)
        #expect(driver.state.phase == .ending(.finished))
    }

    @Test func `a significant child that fails is restarted instead`() {
        var driver = significant(.anySignificant)
        driver.exit("a", .broken)
        #expect(driver.state.phase == .running && driver.number("a") == 2)
    }

    @Test func `a significant child that is stopped by command does not end the supervisor`() throws {
        var driver = significant(.anySignificant)
        try driver.command { try $0.stopChild("a", at: $1) }
        driver.letStop()
        #expect(driver.state.phase == .running)
    }

    @Test func `a significant child that a sibling takes down does not end the supervisor`() {
        let child = ChildSpec.stub("b", .temporary).with { $0.isSignificant = true }
        let spec = SupervisorSpec.stub(.oneForAll, [.stub("a"), child]).with { $0.autoShutdown = .anySignificant }
        var driver = StateDriver(spec)
        driver.startAll()
        driver.exit("a", .broken)
        driver.letStop()
        driver.makeReady()
        #expect(driver.state.phase == .running)
    }

    // MARK: - Commands

    @Test func `a child is stopped, started, restarted and deleted at run time`() throws {
        var driver = StateDriver(.stub([.stub("a"), .stub("b")]))
        driver.startAll()
        _ = driver.take()
        try driver.command { try $0.stopChild("a", at: $1) }
        driver.letStop()
        #expect(driver.phase("a") == .down(.held))
        try driver.command { try $0.startChild("a", at: $1) }
        driver.makeReady()
        try driver.command { try $0.restartChild("a", at: $1) }
        driver.letStop()
        driver.makeReady()
        try driver.command { try $0.deleteChild("a", at: $1) }
        driver.letStop()
        #expect(driver.take() == ["stop a#1", "start a#2", "stop a#2", "start a#3", "stop a#3", "forget a"])
        #expect(driver.state["a"] == nil)
    }

    @Test func `a restart by command is charged to nobody`() throws {
        var driver = StateDriver(.stub(limit: RestartLimit(0, within: .seconds(5)), [.stub("a")]))
        driver.startAll()
        for _ in 0..<10 {
            try driver.command { try $0.restartChild("a", at: $1) }
            driver.letStop()
            driver.makeReady()
        }
        #expect(driver.state.phase == .running)
    }

    @Test func `the new incarnation starts only after the old one is gone`() throws {
        var driver = StateDriver(.stub([.stub("a")]))
        driver.startAll()
        _ = driver.take()
        try driver.command { try $0.restartChild("a", at: $1) }
        driver.advance(by: .seconds(4))
        #expect(driver.take() == ["stop a#1"])
        driver.exit("a", .cancelled)
        #expect(driver.take() == ["start a#2"])
    }

    @Test func `commands that make no sense are refused with a reason`() throws {
        var driver = StateDriver(.stub([.stub("a")]))
        #expect(throws: SupervisionCommandError.notTakingCommands("top")) {
            try driver.command { try $0.stopChild("a", at: $1) }
        }
        driver.startAll()
        #expect(throws: SupervisionCommandError.unknown("x")) { try driver.command { try $0.stopChild("x", at: $1) } }
        #expect(throws: SupervisionCommandError.alreadyRunning("a")) {
            try driver.command { try $0.startChild("a", at: $1) }
        }
        #expect(throws: SupervisionCommandError.nameInUse("a")) {
            try driver.command { try $0.add(.stub("a"), at: $1) }
        }
        try driver.command { try $0.stopChild("a", at: $1) }
        driver.letStop()
        #expect(throws: SupervisionCommandError.notRunning("a")) {
            try driver.command { try $0.stopChild("a", at: $1) }
        }
    }
}
