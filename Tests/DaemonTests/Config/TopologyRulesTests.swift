import Daemon
import Testing

/// Mistakes between sections.
@Suite struct TopologyRulesTests {
    private func texts(_ toml: String, environment: [String: String] = [:]) throws -> [String] {
        try ConfigFixture().load(toml, environment: environment).problems.map { problem in
            #expect(problem.level == .topology)
            return "\(problem.severity.rawValue) \(problem.path): \(problem.text)"
        }
    }

    private static let key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    @Test func `production refuses drills, recorded prices, stand-in providers and dry runs`() throws {
        let risky = """
            drills.enabled = true
            market.replay = "/tmp/x.csv"
            market.endpoints.kraken = "http://api.kraken.com"
            market.endpoints.binance = "https://localhost:9"
            """
        let refusal = "is refused while station.production is true"
        #expect(try texts(risky, environment: ["DRY_RUN": "1"]) == [])
        #expect(
            try texts(risky + "\nstation.production = true", environment: ["DRY_RUN": "true"]) == [
                "error drills.enabled: \(refusal)", "error market.replay: playing recorded prices \(refusal)",
                "error market.endpoints.kraken: an address without https or on this machine \(refusal)",
                "error market.endpoints.binance: an address without https or on this machine \(refusal)",
                "error station.production: DRY_RUN \(refusal)",
            ]
        )
        #expect(try texts("station.production = true", environment: ["DRY_RUN": "0"]) == [])
    }

    @Test func `two listeners may not want the same port`() throws {
        #expect(
            try texts("http.port = 5760\nzeromq.tcp_events = \"tcp://127.0.0.1:5760\"") == [
                "error zeromq.tcp_events: port 5760 is already taken by http.port"
            ]
        )
        #expect(
            try texts("[zeromq]\ntcp_events = \"tcp://127.0.0.1:1\"\ntcp_control = \"tcp://localhost:1\"") == [
                "error zeromq.tcp_control: port 1 is already taken by zeromq.tcp_events"
            ]
        )
        #expect(try texts("[zeromq]\ntcp_events = \"tcp://127.0.0.1:1\"\ntcp_control = \"tcp://[::1]:1\"") == [])
        #expect(
            try texts("[zeromq]\nevents = \"ipc:///run/a\"\ncontrol = \"ipc:///run/a\"") == [
                "error zeromq.control: must not be the same endpoint as zeromq.events"
            ]
        )
    }

    @Test(arguments: ["*", "0.0.0.0", "192.168.1.4", "eth0", "[::]", "127.0.0.1.example.com"])
    func `ZeroMQ beyond this machine needs CURVE`(address: String) throws {
        let open = "zeromq.tcp_events = \"tcp://\(address):5760\""
        #expect(
            try texts(open) == [
                "error zeromq.tcp_events: an address beyond this machine needs zeromq.curve.server_secret_key"
            ]
        )
        let keys = "[[zeromq.keys]]\nname = \"a\"\npublic_key = \"\(Self.key)\""
        #expect(try texts("\(open)\nzeromq.curve.server_secret_key = \"cred:a\"\n\(keys)") == [])
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"])
    func `ZeroMQ on this machine needs no CURVE`(address: String) throws {
        #expect(try texts("zeromq.tcp_events = \"tcp://\(address):5760\"") == [])
    }

    @Test func `CURVE that nobody can use is a warning`() throws {
        #expect(
            try texts("[zeromq]\ntcp_control = \"tcp://127.0.0.1:5\"\ncurve.server_secret_key = \"cred:a\"") == [
                "warning zeromq.curve.server_secret_key: nobody can connect: zeromq.keys is empty"
            ]
        )
        #expect(
            try texts("[[zeromq.keys]]\nname = \"a\"\npublic_key = \"\(Self.key)\"") == [
                "warning zeromq.keys: is not used without zeromq.curve.server_secret_key"
            ]
        )
    }

    @Test func `a socket path that the system cannot take is found before the start`() throws {
        let long = "/" + String(repeating: "d", count: 120)
        let request = ConfigRequest(home: long, environment: [:], workingDirectory: "/")
        let problems = ConfigLoader(request).load().problems
        #expect(problems.map(\.path.description) == ["zeromq.events", "zeromq.control"])
        #expect(problems.allSatisfy { $0.severity == .error && $0.text.contains("of which the system takes 107") })
    }
}
