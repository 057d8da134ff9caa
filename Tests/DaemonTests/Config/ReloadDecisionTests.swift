import Daemon
import Testing

/// A reload is decided before anything is touched.
@Suite struct ReloadDecisionTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    private func decide(
        from old: String,
        to new: String,
        environment: [String: String] = [:],
        denyWarnings: Bool = false
    ) throws -> ReloadDecision {
        let running = try #require(try fixture.load(old, environment: environment).usable)
        let candidate = try fixture.load(new, environment: environment)
        return ReloadDecision(
            running: running,
            candidate: candidate,
            environment: environment,
            denyWarnings: denyWarnings
        )
    }

    private func plan(_ decision: ReloadDecision) throws -> ReloadDecision.Plan {
        guard case .apply(let plan) = decision else { throw ConfigFixture.Failure(text: "\(decision)") }
        return plan
    }

    private func refusals(_ decision: ReloadDecision) throws -> [String] {
        guard case .refuse(let problems) = decision else { throw ConfigFixture.Failure(text: "\(decision)") }
        return problems.map { fixture.shorten($0.description) }
    }

    @Test func `a file that says the same changes nothing`() throws {
        guard case .unchanged = try decide(from: "", to: "# only a comment\nhost.name = \"Nova\"") else {
            Issue.record("expected no change")
            return
        }
    }

    @Test func `a bad file is refused with every mistake and its place`() throws {
        #expect(
            try refusals(try decide(from: "", to: "host.name = \"New\"\nhost.tpic = 1\nbus.tap_limit = -1")) == [
                "etc/cryptocall.toml:2:1: error: host.tpic: unknown key (did you mean topic?)",
                "etc/cryptocall.toml:3:1: error: bus.tap_limit: must be between 1 and 10000000, found -1",
            ]
        )
        #expect(try refusals(try decide(from: "", to: "host.name = ")).count == 1)
        let production = "drills.enabled = true\nstation.production = true"
        #expect(try refusals(try decide(from: "drills.enabled = true", to: production)).count == 1)
    }

    @Test func `what can change now is applied, what cannot waits for a restart`() throws {
        let plan = try plan(
            try decide(
                from: "bus.tap_limit = 9\nlog.level = \"info\"",
                to: "bus.tap_limit = 10\nlog.level = \"debug\"\nmarket.endpoints.kraken = \"https://k.example\""
            )
        )
        #expect(plan.applied.map(\.path) == ["log.level", "market.endpoints.kraken"])
        #expect(plan.applied.map(\.before) == ["\"info\"", "\"https://api.kraken.com\""])
        #expect(plan.applied.map(\.after) == ["\"debug\"", "\"https://k.example\""])
        #expect(plan.pending.map(\.path) == ["bus.tap_limit"])
        #expect(plan.effective.configuration.log.level == .debug)
        #expect(plan.effective.configuration.bus.tapLimit == 9)
        #expect(plan.effective.origin(of: "bus.tap_limit").description.hasSuffix(":1:1"))
    }

    @Test func `a second reload of the same file still says what waits`() throws {
        let running = try #require(try fixture.load("bus.tap_limit = 9").usable)
        let candidate = try fixture.load("bus.tap_limit = 10\nhost.name = \"A\"")
        let first = try plan(ReloadDecision(running: running, candidate: candidate, environment: [:]))
        let second = try plan(ReloadDecision(running: first.effective, candidate: candidate, environment: [:]))
        #expect(second.applied.isEmpty)
        #expect(second.pending.map(\.path) == ["bus.tap_limit"])
    }

    @Test func `a mixture of old and new that breaks a rule is refused`() throws {
        // Each file is right by itself, but the station is in production until it is started again.
        let lines = try refusals(
            try decide(
                from: "station.production = true",
                to: "station.production = false\nmarket.endpoints.kraken = \"http://127.0.0.1:1\""
            )
        )
        #expect(
            lines == [
                "etc/cryptocall.toml:2:1: error: market.endpoints.kraken: an address without https or on this machine "
                    + "is refused while station.production is true until a restart brings the other changes into effect"
            ]
        )
    }

    @Test func `a warning stops a reload only where warnings are denied`() throws {
        let environment = ["CRYPTOCALL_SERVICE_HOST": "x"]
        let new = "host.name = \"B\""
        #expect(try plan(try decide(from: "", to: new, environment: environment)).warnings.count == 1)
        let denied = try decide(from: "", to: new, environment: environment, denyWarnings: true)
        #expect(try refusals(denied) == ["environment CRYPTOCALL_SERVICE_HOST: warning: unknown variable"])
    }

    @Test func `changed client keys are one reloadable change`() throws {
        let key = "public_key = \"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\""
        let curve = "zeromq.curve.server_secret_key = \"cred:a\"\n"
        let plan = try plan(try decide(from: curve, to: curve + "[[zeromq.keys]]\nname = \"a\"\n\(key)"))
        #expect(plan.applied.map(\.path) == ["zeromq.keys"])
        #expect(plan.effective.configuration.zeromq.keys.map(\.name) == ["a"])
    }
}
