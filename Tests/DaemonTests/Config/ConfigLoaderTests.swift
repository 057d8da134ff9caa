import Daemon
import Testing

/// The order of sources, and where each value says it comes from.
@Suite struct ConfigLoaderTests {
    @Test func `entries of a table of tables can be set one key at a time`() throws {
        let fixture = try ConfigFixture()
        let environment = [
            "CRYPTOCALL_LLM_PROVIDERS_XAI_KEY": "planted", "CRYPTOCALL_LLM_PROVIDERS_MY_OWN_NEEDS_KEY": "false",
        ]
        let settings = [
            "llm.providers.xai.base=http://127.0.0.1:1/v1", "llm.models.gpt-5.6.provider=openai",
            "llm.models.gpt-5.6.model=gpt-5.6-luna",
        ]
        let llm = try #require(try fixture.load(nil, settings, environment: environment).usable).configuration.llm
        // What was not said stays as it is shipped.
        #expect(llm.providers["xai"]?.base == "http://127.0.0.1:1/v1" && llm.providers["xai"]?.wire == .chat)
        #expect(llm.providers["xai"]?.key.isSet == true && llm.providers["my_own"]?.needsKey == false)
        #expect(llm.models["gpt-5.6"]?.model == "gpt-5.6-luna" && llm.models["grok"] != nil)
        let wrong = try fixture.load(nil, ["llm.providers.xai.bass=x"], environment: [:])
        #expect(wrong.problems.map(\.text) == ["unknown key"])
    }

    @Test func `without any file the defaults hold and nothing is wrong`() throws {
        let fixture = try ConfigFixture()
        let report = try fixture.load()
        #expect(report.problems.isEmpty)
        #expect(report.usable?.configuration == Configuration())
        #expect(report.exitCode() == 0)
    }

    @Test func `each later source wins and is named as the origin`() throws {
        let fixture = try ConfigFixture()
        let path: ConfigPath = "host.name"
        func read(_ flags: [String] = [], _ environment: [String: String] = [:]) throws -> [String] {
            let config = try #require(try fixture.load(nil, flags, environment: environment).usable)
            return [config.configuration.host.name, fixture.shorten(config.origin(of: path).description)]
        }
        #expect(try read() == ["Nova", "built-in default"])
        try fixture.write("etc/cryptocall.toml", "# a\n[host]\n  name = \"Main\"\n")
        #expect(try read() == ["Main", "etc/cryptocall.toml:3:3"])
        try fixture.write("etc/conf.d/20-later.toml", "host.name = \"Twenty\"")
        try fixture.write("etc/conf.d/10-first.toml", "host.name = \"Ten\"\nhost.topic = \"gold\"")
        try fixture.write("etc/conf.d/30-editor.toml~", "host.name = \"Backup\"")
        try fixture.write("etc/conf.d/.40-hidden.toml", "host.name = \"Hidden\"")
        #expect(try read() == ["Twenty", "etc/conf.d/20-later.toml:1:1"])
        let environment = ["CRYPTOCALL_HOST_NAME": "Variable"]
        #expect(try read([], environment) == ["Variable", "environment CRYPTOCALL_HOST_NAME"])
        #expect(try read(["host.name=Flag"], environment) == ["Flag", "flag --set host.name"])
        #expect(try read(["host.name=Flag", "host.name=Last"]) == ["Last", "flag --set host.name"])
        #expect(try fixture.load().usable?.configuration.host.topic == "gold")
    }

    @Test func `values given as text get the type of their key`() throws {
        let fixture = try ConfigFixture()
        let environment = [
            "CRYPTOCALL_MARKET_PAIRS": "BTC-USD, DOGE-USD", "CRYPTOCALL_MARKET_PROVIDERS": #"["kraken"]"#,
            "CRYPTOCALL_MARKET_POLL_SECONDS": "2.5", "CRYPTOCALL_BUS_TAP_LIMIT": "7",
            "CRYPTOCALL_DRILLS_ENABLED": "1", "CRYPTOCALL_LOG_LEVELS_BUS": "debug",
            "CRYPTOCALL_ZEROMQ_KEYS":
                #"[{name = "a", public_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", publish = ["chat."]}]"#,
            "CRYPTOCALL_CREDENTIAL_ZEROMQ": "x", "CRYPTOCALL_TEST_DATA": "y",
            "CRYPTOCALL_ZEROMQ_CURVE_SERVER_SECRET_KEY": "cred:zeromq",
        ]
        let report = try fixture.load(nil, ["log.levels.a.b=error"], environment: environment)
        #expect(report.problems.map(\.description) == [])
        let config = try #require(report.usable).configuration
        #expect(config.market.pairs == ["BTC-USD", "DOGE-USD"])
        #expect(config.market.providers == [.kraken])
        #expect(config.market.pollSeconds == 2.5)
        #expect(config.bus.tapLimit == 7)
        #expect(config.drills.enabled)
        #expect(config.log.levels == ["bus": .debug, "a.b": .error])
        #expect(config.zeromq.keys.map(\.publish) == [["chat."]])
    }

    @Test func `the platform's PORT wins over files and our own variable but not over a flag`() throws {
        let fixture = try ConfigFixture()
        let environment = ["PORT": "7860", "CRYPTOCALL_HTTP_PORT": "1"]
        let report = try fixture.load("http.port = 9000", environment: environment)
        #expect(report.usable?.configuration.http.port == 7860)
        #expect(report.usable?.origin(of: "http.port") == .environment("PORT"))
        let overrides = [ConfigOverride(key: "http.port", text: "0", flag: "--port")]
        var request = fixture.request(environment: environment)
        request.overrides = overrides
        #expect(ConfigLoader(request).load().usable?.origin(of: "http.port") == .flag("--port"))
        #expect(
            try fixture.lines(nil, environment: ["PORT": "http"]) == [
                #"environment PORT: error: http.port: expected an integer, found the string "http""#
            ]
        )
    }

    @Test func `a list replaces the whole earlier list, a table only the keys it names`() throws {
        let fixture = try ConfigFixture()
        let first = try fixture.load("[market]\npairs = [\"A-B\", \"C-D\"]\n[log.levels]\na = \"debug\"").usable
        #expect(first?.origin(of: ConfigPath("market.pairs").index(1)).description.hasSuffix(":2:17") == true)
        try fixture.write("etc/conf.d/a.toml", "market.pairs = [\"E-F\"]\nlog.levels.b = \"error\"")
        let config = try #require(try fixture.load().usable)
        #expect(config.configuration.market.pairs == ["E-F"])
        #expect(config.configuration.log.levels == ["a": .debug, "b": .error])
        #expect(config.origin(of: ConfigPath("market.pairs").index(1)) == .standard)
    }

    @Test func `a file that was asked for must be there, the usual one need not`() throws {
        let fixture = try ConfigFixture()
        let request = ConfigRequest(configFile: "no.toml", environment: [:], workingDirectory: fixture.home)
        let report = ConfigLoader(request).load()
        #expect(report.exitCode() == 78)
        #expect(
            report.problems.map { fixture.shorten($0.description) } == [
                "no.toml:1:1: error: the file cannot be read: No such file or directory"
            ]
        )
    }

    @Test func `what is no readable file is a problem and the others are read all the same`() throws {
        let fixture = try ConfigFixture()
        try fixture.write("etc/conf.d/a.toml", "[host\nname = 1")
        try fixture.write("etc/conf.d/b.toml", [0x68, 0x0a, 0xff])
        try fixture.write("etc/conf.d/c.toml", "host.nam = \"x\"\nhost.topic = \"a\\u0000b\"")
        try fixture.write("etc/conf.d/d.toml", [UInt8](repeating: 0x20, count: 300_000))
        let request = ConfigRequest(
            home: fixture.home,
            configFile: fixture.home,
            environment: [:],
            workingDirectory: "/"
        )
        let folder = ConfigLoader(request).load()
        #expect(folder.problems.first?.text == "the file cannot be read: it is not a regular file")
        let lines = try fixture.lines("[host]\nnme = 1")
        #expect(lines.count == 5)
        #expect(lines[0] == "etc/conf.d/a.toml:1:6: error: \(lines[0].split(separator: "error: ").last ?? "")")
        #expect(lines[1] == "etc/conf.d/b.toml:2:1: error: the text is not valid UTF-8 here")
        #expect(lines[2] == "etc/conf.d/c.toml:2:16: error: a text must not hold a NUL character")
        #expect(lines[3] == "etc/conf.d/d.toml:1:1: error: the file cannot be read: it is larger than 262144 bytes")
        #expect(lines[4] == "etc/cryptocall.toml:2:1: error: host.nme: unknown key (did you mean name?)")
    }

    @Test func `systemd's folders are used, a home folder wins over them`() {
        let environment = [
            "STATE_DIRECTORY": "/var/lib/private/a:/var/lib/b", "RUNTIME_DIRECTORY": "/run/a",
            "CONFIGURATION_DIRECTORY": "/etc/a", "CREDENTIALS_DIRECTORY": "/run/credentials/a",
        ]
        func layout(_ home: String?, _ environment: [String: String]) -> DirectoryLayout {
            ConfigRequest(home: home, environment: environment, workingDirectory: "/srv").layout
        }
        let service = layout(nil, environment)
        #expect(service.stateDirectory == "/var/lib/private/a")
        #expect(service.runtimeDirectory == "/run/a")
        #expect(service.cacheDirectory == "/var/cache/cryptocall")
        #expect(service.configFile == "/etc/a/cryptocall.toml")
        #expect(service.configDropInDirectory == "/etc/a/conf.d")
        #expect(service.credentialDirectories == ["/run/credentials/a"])
        let plain = layout(nil, [:])
        #expect(plain.configFile == "/etc/cryptocall/cryptocall.toml")
        #expect(plain.stateDirectory == "/var/lib/cryptocall")
        #expect(plain.runtimeDirectory == "/run/cryptocall")
        let home = layout("home/", environment)
        #expect(home.configFile == "/srv/home/etc/cryptocall.toml")
        #expect(home.configDropInDirectory == "/srv/home/etc/conf.d")
        #expect(home.stateDirectory == "/srv/home/state")
        #expect(home.runtimeDirectory == "/srv/home/run")
        #expect(home.cacheDirectory == "/srv/home/cache")
        #expect(home.credentialDirectories == ["/run/credentials/a", "/srv/home/credentials"])
        #expect(layout(nil, ["CRYPTOCALL_HOME": "/h"]).stateDirectory == "/h/state")
    }
}
