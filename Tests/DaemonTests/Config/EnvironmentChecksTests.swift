import Daemon
import Glibc
import Testing

/// What only this machine can say.
@Suite struct EnvironmentChecksTests {
    private func problems(_ fixture: ConfigFixture, _ toml: String) throws -> [String] {
        let environment: [String: String] = [:]
        let report = try fixture.load(toml).checking { EnvironmentChecks(environment: environment).problems(in: $0) }
        return report.problems.map { fixture.shorten($0.description) }
    }

    @Test func `a good home has no problem`() throws {
        let fixture = try ConfigFixture()
        #expect(try problems(fixture, "http.port = 0") == [])
        #expect(try problems(fixture, "http.port = 0\nhttp.listen = \"::1\"").allSatisfy { $0.contains("http.port") })
    }

    @Test func `a secret that has long been the same is worth a reminder`() throws {
        let fixture = try ConfigFixture()
        let path = try fixture.write("credentials/postgres", "hunter2hunter2", mode: 0o600)
        let toml = "[store.postgres]\npassword = \"cred:postgres\"\n"
        for (days, text) in [(80, nil), (100, "this secret has been the same for 100 days: time for a new one")] {
            var times = timespec()
            times.tv_sec = time(nil) - days * 86_400 - 60
            #expect(utimensat(AT_FDCWD, path, [times, times], 0) == 0)
            let report = try fixture.load(toml).checking {
                EnvironmentChecks(environment: [:]).credentialProblems(in: $0)
            }
            #expect(report.problems.map(\.text) == (text.map { [$0] } ?? []))
            #expect(report.problems.allSatisfy { $0.severity == .warning })
        }
    }

    @Test func `missing files and credentials are named with the line that asks for them`() throws {
        let fixture = try ConfigFixture()
        let home = fixture.home
        try fixture.write("credentials/open", "secret", mode: 0o644)
        let lines = try problems(
            fixture,
            """
            http.port = 0
            client.ca_file = "/nonexistent/ca.pem"
            market.replay = "/nonexistent/candles.csv"
            zeromq.curve.server_secret_key = "cred:open"
            station.time_zone = "Atlantis/Capital"
            """
        )
        let file = "etc/cryptocall.toml"
        #expect(home.hasPrefix("/tmp/"))
        #expect(
            lines.filter { !$0.contains("time_zone") } == [
                "\(file):2:1: error: client.ca_file: /nonexistent/ca.pem cannot be read",
                "\(file):3:1: error: market.replay: /nonexistent/candles.csv cannot be read",
                "\(file):4:1: error: zeromq.curve.server_secret_key: credentials/open has mode 644 and is open to every "
                    + "user: chmod 600 it",
            ]
        )
        #expect(lines.contains { $0.contains("time_zone") } == (access("/usr/share/zoneinfo", R_OK) == 0))
    }

    @Test func `a folder that is a file is an error, one that can be made is none`() throws {
        let fixture = try ConfigFixture()
        rmdir("\(fixture.home)/state")
        #expect(try problems(fixture, "http.port = 0") == [])
        try fixture.write("state", "not a folder")
        #expect(
            try problems(fixture, "http.port = 0") == [
                "built-in default: error: \(fixture.home)/state is not a folder".replacing("\(fixture.home)/", with: "")
            ]
        )
        unlink("\(fixture.home)/state")
    }

    @Test func `a port in use is a warning, an address of another machine an error`() throws {
        let fixture = try ConfigFixture()
        let listener = try Listener()
        #expect(
            try problems(fixture, "http.port = \(listener.port)") == [
                "etc/cryptocall.toml:1:1: warning: http.port: port \(listener.port) is in use, by this station if it is "
                    + "running, otherwise by another program"
            ]
        )
        #expect(
            try problems(fixture, "http.port = 0\nhttp.listen = \"192.0.2.1\"") == [
                "etc/cryptocall.toml:1:1: error: http.port: 192.0.2.1 port 0 cannot be listened on: "
                    + "Cannot assign requested address"
            ]
        )
    }

    @Test func `a file that everybody may write is a warning`() throws {
        let fixture = try ConfigFixture()
        try fixture.write("etc/conf.d/a.toml", "", mode: 0o666)
        #expect(
            try problems(fixture, "http.port = 0") == [
                "etc/conf.d/a.toml:1:1: warning: every user may write this file: chmod o-w it"
            ]
        )
    }

    @Test func `the machine is not looked at while the files have errors`() throws {
        let fixture = try ConfigFixture()
        #expect(try problems(fixture, "client.ca_file = \"/nonexistent\"\nnope = 1").count == 1)
    }

    /// A listening socket on a port that the system picked.
    private final class Listener {
        let port: Int
        private let descriptor: Int32

        init() throws {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port: Int? = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    bind(descriptor, generic, size) == 0 && listen(descriptor, 1) == 0
                        && getsockname(descriptor, generic, &size) == 0
                } ? Int(UInt16(bigEndian: pointer.pointee.sin_port)) : nil
            }
            guard let port else { throw ConfigFixture.Failure(text: "no listener: \(errno)") }
            self.port = port
            self.descriptor = descriptor
        }

        deinit { close(descriptor) }
    }
}
