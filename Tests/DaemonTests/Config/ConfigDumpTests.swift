import Daemon
import FoundationEssentials
import Testing

/// What is in effect, and why.
@Suite struct ConfigDumpTests {
    @Test func `each key is shown with its value and its origin`() throws {
        let fixture = try ConfigFixture()
        let report = try fixture.load(
            "[market]\npoll_seconds = 2.5\n[log.levels]\n\"a.b\" = \"debug\"",
            ["host.name=A \"quoted\" name"],
            environment: ["CRYPTOCALL_BUS_TAP_LIMIT": "9"]
        )
        let dump = ConfigDump(try #require(report.usable))
        let lines = fixture.shorten(dump.text(origin: true)).split(separator: "\n").map { line in
            line.split(separator: "  #").map { $0.reversed().drop { $0 == " " }.reversed() }.map { String($0) }
        }
        #expect(lines.count == Configuration.configSchema.leaves().count)
        for expected in [
            ["market.poll_seconds = 2.5", " etc/cryptocall.toml:2:1"],
            ["market.pairs = [\"BTC-USD\", \"ETH-USD\", \"SOL-USD\"]", " built-in default"],
            ["host.name = \"A \\\"quoted\\\" name\"", " flag --set host.name"],
            ["bus.tap_limit = 9", " environment CRYPTOCALL_BUS_TAP_LIMIT"],
            ["log.levels = {\"a.b\" = \"debug\"}", " etc/cryptocall.toml:3:1"],
        ] { #expect(lines.contains(expected), "\(expected)") }
    }

    @Test func `a dump is a file that gives the same configuration`() throws {
        let fixture = try ConfigFixture()
        let source = """
            host.topic = "tab\\tand \\u00e9"
            log.levels = { "x y" = "error" }
            supervision.backoff_jitter = 0.125
            [[zeromq.keys]]
            name = "a"
            public_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
            publish = ["chat.", "market."]
            """.replacing("tab\\tand", with: "no tab and")
        let first = try #require(try fixture.load(source).usable)
        let again = try #require(try fixture.load(ConfigDump(first).text(origin: true)).usable)
        #expect(again.configuration == first.configuration)
        #expect(again.configuration != Configuration())
    }

    @Test func `as JSON each row has key, value and origin`() throws {
        let fixture = try ConfigFixture()
        let config = try #require(try fixture.load("[http]\nport = 9").usable)
        struct Row: Decodable, Equatable {
            struct Origin: Decodable, Equatable {
                let source: String
                let file: String?
                let line: Int?
                let column: Int?
            }
            let key: String
            let origin: Origin
        }
        let json = try ConfigDump(config).json()
        let rows = try JSONDecoder().decode([Row].self, from: Data(json.utf8))
        #expect(rows.count == Configuration.configSchema.leaves().count)
        let origin = Row.Origin(source: "file", file: fixture.mainFile, line: 2, column: 1)
        #expect(rows.contains(Row(key: "http.port", origin: origin)))
        #expect(json.contains(#""key":"http.port","origin":{"#) && json.contains(#""value":9}"#))
    }

    @Test func `a password within an address is not shown, even where the address is refused`() throws {
        let fixture = try ConfigFixture()
        let report = try fixture.load("client.proxy = \"http://me:hunter2@proxy:1\"")
        #expect(report.text.hasSuffix("client.proxy: must not hold a user or a password\n"))
        let config = try #require(report.config)
        #expect(ConfigDump(config).text(origin: false).contains("client.proxy = \"http://<redacted>@proxy:1\"\n"))
    }
}
