import Daemon
import Testing

/// Every mistake, in one go, with its place.
@Suite struct ConfigProblemTests {
    @Test func `all mistakes of a file are reported at once, from the top down`() throws {
        let fixture = try ConfigFixture()
        let lines = try fixture.lines(
            """
            [markt]
            pairs = []
            [market]
            poll_secnds = 5
            pairs = ["BTC-USD", 7]
            stale_after_seconds = "soon"
            providers = ["binance", "krakn"]
            [log]
            level = "inof"
            format = 3
            [bus]
            mailbox_limit = 2.5
            tap_limit = 0
            [station]
            production = 2026-01-01
            [host]
            name = ""
            segment_seconds = inf
            [http]
            port = 99999
            """
        )
        let file = "etc/cryptocall.toml"
        #expect(
            lines == [
                "\(file):1:1: error: markt: unknown section (did you mean market?)",
                "\(file):4:1: error: market.poll_secnds: unknown key (did you mean poll_seconds?)",
                "\(file):5:21: error: market.pairs[1]: expected a string, found the integer 7",
                "\(file):6:1: error: market.stale_after_seconds: expected a number, found the string \"soon\"",
                "\(file):7:25: error: market.providers[1]: expected one of \"binance\", \"kraken\", \"coinbase\", "
                    + "\"bybit\", \"hyperliquid\", \"coingecko\", \"coinpaprika\", \"coincap\", \"defillama\", "
                    + "\"alternative\", "
                    + "found the string \"krakn\" (did you mean \"kraken\"?)",
                "\(file):9:1: error: log.level: expected one of \"trace\", \"debug\", \"info\", \"notice\", \"warning\", "
                    + "\"error\", \"critical\", found the string \"inof\" (did you mean \"info\"?)",
                "\(file):10:1: error: log.format: expected one of \"auto\", \"journal\", \"text\", \"json\", "
                    + "found the integer 3",
                "\(file):12:1: error: bus.mailbox_limit: expected an integer, found the number 2.5",
                "\(file):13:1: error: bus.tap_limit: must be between 1 and 10000000, found 0",
                "\(file):15:1: error: station.production: expected true or false, found a date",
                "\(file):17:1: error: host.name: must not be empty",
                "\(file):18:1: error: host.segment_seconds: expected a number, found the number inf",
                "\(file):20:1: error: http.port: must be between 0 and 65535, found 99999",
            ]
        )
    }

    @Test func `tables in lists are checked key by key`() throws {
        let fixture = try ConfigFixture()
        let lines = try fixture.lines(
            """
            [zeromq.curve]
            server_secret_key = "cred:a"
            [[zeromq.keys]]
            name = "one"
            public_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
            role = "operater"
            [[zeromq.keys]]
            name = "one"
            publick_key = "short"
            publish = ["market.", "Bad Topic"]
            [[zeromq.keys]]
            name = 5
            public_key = 6
            """
        )
        let file = "etc/cryptocall.toml"
        #expect(
            lines == [
                "\(file):6:1: error: zeromq.keys[0].role: expected one of \"viewer\", \"operator\", \"admin\", "
                    + "found the string \"operater\" (did you mean \"operator\"?)",
                "\(file):7:1: error: zeromq.keys[1].public_key: must be a public CURVE key: 40 characters of Z85",
                "\(file):8:1: error: zeromq.keys[1].name: is the same as that of an earlier entry",
                "\(file):9:1: error: zeromq.keys[1].publick_key: unknown key (did you mean public_key?)",
                "\(file):10:23: error: zeromq.keys[1].publish[1]: must be the beginning of a topic such as \"market.\": "
                    + "small letters, digits, dots, dashes and underscores, at most 200",
                "\(file):12:1: error: zeromq.keys[2].name: expected a string, found the integer 5",
                "\(file):13:1: error: zeromq.keys[2].public_key: expected a string, found the integer 6",
            ]
        )
    }

    @Test func `a table where a value belongs, and the reverse, name both shapes`() throws {
        let fixture = try ConfigFixture()
        let curve = "zeromq.curve.server_secret_key = \"cred:a\""
        let lines = try fixture.lines(
            "bus = 5\nhost.name.first = \"N\"\nlog.levels = \"debug\"\nzeromq.keys = [1]\n" + curve
        )
        #expect(
            lines == [
                "etc/cryptocall.toml:1:1: error: bus: expected a table, found the integer 5",
                "etc/cryptocall.toml:2:1: error: host.name: expected a string, found a table",
                "etc/cryptocall.toml:3:1: error: log.levels: expected a table, found the string \"debug\"",
                "etc/cryptocall.toml:4:16: error: zeromq.keys[0]: expected a table, found the integer 1",
            ]
        )
    }

    @Test func `mistakes in the environment and in flags name the variable and the flag`() throws {
        let fixture = try ConfigFixture()
        let lines = try fixture.lines(
            "",
            ["market.poll_second=1", "bus=3", "nonsense=1", "a..b=1", "host.segment_seconds=often"],
            environment: [
                "CRYPTOCALL_MARKET_POLL_SECOND": "1", "CRYPTOCALL_SERVICE_HOST": "10.0.0.1",
                "CRYPTOCALL_DRILLS_ENABLED": "maybe", "CRYPTOCALL_STATION_NAME": "a\nb",
            ]
        )
        #expect(
            lines == [
                "environment CRYPTOCALL_DRILLS_ENABLED: error: drills.enabled: expected true or false, "
                    + "found the string \"maybe\"",
                "environment CRYPTOCALL_MARKET_POLL_SECOND: error: unknown variable "
                    + "(did you mean CRYPTOCALL_MARKET_POLL_SECONDS?)",
                "environment CRYPTOCALL_SERVICE_HOST: warning: unknown variable",
                "environment CRYPTOCALL_STATION_NAME: error: station.name: "
                    + "must not hold control characters or line breaks",
                "flag --set a..b: error: \"a..b\" is no key",
                "flag --set bus: error: bus: is a section: name one of its keys",
                "flag --set host.segment_seconds: error: host.segment_seconds: expected a number, "
                    + "found the string \"often\"",
                "flag --set market.poll_second: error: market.poll_second: unknown key (did you mean poll_seconds?)",
                "flag --set nonsense: error: nonsense: unknown section",
            ]
        )
    }

    @Test func `one bad line makes the exit code 78, a warning only where warnings are denied`() throws {
        let fixture = try ConfigFixture()
        #expect(try fixture.load("nope = 1").exitCode() == 78)
        #expect(try fixture.load("nope = ").exitCode() == 78)
        let warned = try fixture.load("", environment: ["CRYPTOCALL_SERVICE_PORT": "1"])
        #expect(warned.exitCode() == 0)
        #expect(warned.exitCode(denyWarnings: true) == 78)
        #expect(warned.usable != nil)
    }

    @Test(arguments: [
        ("poll_secnods", "poll_seconds"), ("pairz", "pairs"), ("replayspeed", "replay_speed"), ("PAIRS", "pairs"),
    ])
    func `a misspelt key gets its nearest neighbour`(misspelt: String, meant: String) throws {
        let report = try ConfigFixture().load("market.\(misspelt) = 1")
        #expect(report.problems.map(\.suggestion) == [meant])
    }

    @Test func `what resembles nothing gets no suggestion`() throws {
        #expect(try ConfigFixture().load("market.colour = 1").problems.map(\.suggestion) == [nil])
    }

    @Test func `names with odd characters stay on one line`() throws {
        let lines = try ConfigFixture().lines("\"a\\nb\" = 1\n\"host.name\" = 2")
        #expect(
            lines == [
                #"etc/cryptocall.toml:1:1: error: "a\nb": unknown section"#,
                #"etc/cryptocall.toml:2:1: error: "host.name": unknown section"#,
            ]
        )
    }
}
