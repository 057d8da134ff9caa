import Actors
import Bus
import Testing

/// Which ends bring which children back, under each strategy.
struct RestartTypeTests {
    enum End: CaseIterable { case threw, returned, cancelled }

    static let cases: [(SupervisorSpec.Strategy, ChildSpec.RestartType, End)] =
        [SupervisorSpec.Strategy.oneForOne, .oneForAll, .restForOne].flatMap { strategy in
            ChildSpec.RestartType.allCases.flatMap { type in End.allCases.map { (strategy, type, $0) } }
        }

    @Test(arguments: cases)
    func `a child comes back as its type says, with those tied to it`(
        strategy: SupervisorSpec.Strategy,
        type: ChildSpec.RestartType,
        end: End
    ) {
        var driver = StateDriver(.stub(strategy, [.stub("a"), .stub("b", type), .stub("c")]))
        driver.startAll()
        _ = driver.take()
        switch end {
        case .threw: driver.exit("b", .broken)
        case .returned: driver.exit("b", .normal)
        case .cancelled: driver.exit("b", .cancelled)
        }
        driver.letStop()
        driver.makeReady()
        let comesBack = type == .permanent || (type == .transient && end == .threw)
        let expected: [String] =
            switch (comesBack, strategy) {
            case (false, _): type == .temporary ? ["forget b"] : []
            case (true, .oneForAll): ["stop c#1", "stop a#1", "start a#2", "start b#2", "start c#2"]
            case (true, .restForOne): ["stop c#1", "start b#2", "start c#2"]
            case (true, _): ["start b#2"]
            }
        #expect(driver.take() == expected)
        #expect(driver.state.phase == .running)
        #expect(driver.phase("a") == .running && driver.phase("c") == .running)
        #expect(driver.phase("b") == (comesBack ? .running : type == .temporary ? nil : .down(.finished)))
    }

    @Test(arguments: [SupervisorSpec.Strategy.oneForAll, .restForOne], ChildSpec.RestartType.allCases)
    func `a child that a sibling took down comes back unless it is temporary`(
        strategy: SupervisorSpec.Strategy,
        type: ChildSpec.RestartType
    ) {
        var driver = StateDriver(.stub(strategy, [.stub("a"), .stub("b", type)]))
        driver.startAll()
        _ = driver.take()
        driver.exit("a", .broken)
        driver.letStop()
        driver.makeReady()
        let expected =
            type == .temporary ? ["stop b#1", "forget b", "start a#2"] : ["stop b#1", "start a#2", "start b#2"]
        #expect(driver.take() == expected)
        // Its own limit and the supervisor's are charged for the one that failed only.
        #expect(driver.state["b"]?.restartsTotal ?? 0 == 0)
    }

    @Test func `a sibling that fails while it is being taken down is not charged`() {
        var driver = StateDriver(
            .stub(.oneForAll, limit: RestartLimit(1, within: .seconds(10)), [.stub("a"), .stub("b")])
        )
        driver.startAll()
        driver.exit("a", .broken)
        driver.exit("b", .broken)
        driver.makeReady()
        #expect(driver.state.phase == .running)
        #expect(driver.state["b"]?.lastExit == .broken)
    }

    @Test func `a sibling that failed before its turn to stop came is not charged either`() {
        var driver = StateDriver(
            .stub(.oneForAll, limit: RestartLimit(1, within: .seconds(10)), [.stub("a"), .stub("b"), .stub("c")])
        )
        driver.startAll()
        _ = driver.take()
        driver.exit("b", .broken)
        driver.exit("a", .broken)
        driver.exit("c", .cancelled)
        driver.makeReady()
        #expect(driver.take() == ["stop c#1", "start a#2", "start b#2", "start c#2"])
        #expect(driver.state.phase == .running)
    }

    @Test func `with one_for_all a finished transient child comes back with the others`() {
        var driver = StateDriver(.stub(.oneForAll, [.stub("a"), .stub("b", .transient)]))
        driver.startAll()
        driver.exit("b", .normal)
        _ = driver.take()
        driver.exit("a", .broken)
        driver.makeReady()
        #expect(driver.take() == ["start a#2", "start b#2"])
    }

    @Test func `a child that an operator holds down stays down when its siblings restart`() throws {
        var driver = StateDriver(.stub(.oneForAll, [.stub("a"), .stub("b")]))
        driver.startAll()
        try driver.command { try $0.stopChild("b", at: $1) }
        driver.letStop()
        _ = driver.take()
        driver.exit("a", .broken)
        driver.makeReady()
        #expect(driver.take() == ["start a#2"])
        #expect(driver.phase("b") == .down(.held))
    }

    @Test func `dynamic children are stopped all at once`() throws {
        var driver = StateDriver(.stub(.dynamic, []))
        driver.start()
        for name: ActorName in ["a", "b", "c"] { try driver.command { try $0.add(.stub(name), at: $1) } }
        driver.makeReady()
        _ = driver.take()
        driver.command { $0.stop(at: $1) }
        #expect(driver.take() == ["stop c#1", "stop b#1", "stop a#1"])
        driver.letStop()
        #expect(driver.take() == ["finish stopped"])
    }
}
