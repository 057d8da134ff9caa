import ArgumentParser
import Daemon
import Testing

/// From the command line to settings and exit codes.
@Suite struct ConfigOptionsTests {
    private func config(_ arguments: [String]) throws -> ConfigReport {
        let request = try ConfigOptions.parse(arguments).request(environment: [:], workingDirectory: "/srv")
        return ConfigLoader(request).load()
    }

    @Test func `dedicated flags set their keys and name themselves`() throws {
        let arguments = [
            "--home", "/nowhere", "--set", "http.port=1", "--port", "0", "--listen", "::1", "--log-level", "debug",
            "--replay", "data/a@b.csv@60",
        ]
        let loaded = try #require(try config(arguments).usable)
        #expect(loaded.configuration.http.port == 0)
        #expect(loaded.configuration.http.listen == "::1")
        #expect(loaded.configuration.log.level == .debug)
        #expect(loaded.configuration.market.replay == "/srv/data/a@b.csv")
        #expect(loaded.configuration.market.replaySpeed == 60)
        #expect(loaded.origin(of: "http.port") == .flag("--port"))
        #expect(loaded.origin(of: "market.replay") == .flag("--replay"))
        #expect(try config(["--replay", "/a@b.csv"]).usable?.configuration.market.replay == "/a@b.csv")
    }

    @Test func `what is no setting is a mistake of usage, a bad value one of configuration`() throws {
        for argument in ["http.port", "=1"] {
            #expect {
                try ConfigOptions.parse(["--set", argument])
            } throws: {
                ConfigOptions.exitCode(for: $0).rawValue == 64
            }
        }
        #expect(try config(["--home", "/nowhere", "--port", "many"]).exitCode() == 78)
    }

    @Test func `a check prints every problem and ends with 78`() throws {
        let fixture = try ConfigFixture()
        try fixture.write("etc/cryptocall.toml", "a = 1\nclient.ca_file = \"/nonexistent\"\nhttp.port = 0")
        func run(_ flags: String...) throws -> ConfigCheck.Outcome {
            try #require(try ConfigCheckOptions.parse(flags).check(fixture.request())).run()
        }
        let bad = try run("--check-config")
        #expect(fixture.shorten(bad.text) == "etc/cryptocall.toml:1:1: error: a: unknown section\n")
        #expect(bad.exitCode == 78)
        try fixture.write("etc/cryptocall.toml", "client.ca_file = \"/nonexistent\"\nhttp.port = 0", mode: 0o602)
        #expect(try run("--check-config").exitCode == 78)
        #expect(try run("--check-config").text.split(separator: "\n").count == 2)
        let files = try run("--check-config", "--no-environment")
        #expect(fixture.shorten(files.text) == "configuration is good: etc/cryptocall.toml\n")
        #expect(files.exitCode == 0)
        try fixture.write("etc/cryptocall.toml", "http.port = 0", mode: 0o602)
        #expect(try run("--check-config").exitCode == 0)
        #expect(try run("--check-config", "--deny-warnings").exitCode == 78)
        #expect(try ConfigCheckOptions.parse([]).check(fixture.request()) == nil)
    }
}
