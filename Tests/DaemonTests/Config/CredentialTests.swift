import Daemon
import Testing

/// Secrets are found by name and shown to nobody.
@Suite struct CredentialTests {
    private static let secret = "hunter2-hunter2"

    private func store(_ fixture: ConfigFixture, _ environment: [String: String] = [:]) -> CredentialStore {
        CredentialStore(layout: fixture.request(environment: environment).layout, environment: environment)
    }

    private func reason(_ store: CredentialStore, _ text: String) -> CredentialError.Reason? {
        do throws(CredentialError) {
            _ = try store.resolve(Credential(text))
            return nil
        } catch { return error.reason }
    }

    @Test func `a name is looked up in systemd's folder, then in the home, then in the environment`() throws {
        let fixture = try ConfigFixture()
        let variable = ["CRYPTOCALL_CREDENTIAL_OPENAI_KEY": "from variable"]
        let systemd = variable.merging(["CREDENTIALS_DIRECTORY": "\(fixture.home)/run"]) { $1 }
        func read(_ environment: [String: String]) throws -> String? {
            try store(fixture, environment).resolve(Credential("cred:openai.key"))?.reveal { $0 }
        }
        #expect(try read(variable) == "from variable")
        try fixture.write("credentials/openai.key", "from home\r\n\n")
        #expect(try read(variable) == "from home")
        try fixture.write("run/openai.key", "from systemd", mode: 0o440)
        #expect(try read(systemd) == "from systemd")
        #expect(try store(fixture).resolve(Credential()) == nil)
    }

    @Test func `a file open to others is refused, even where the environment has the secret too`() throws {
        let fixture = try ConfigFixture()
        let path = try fixture.write("credentials/a", Self.secret, mode: 0o604)
        let store = store(fixture, ["CRYPTOCALL_CREDENTIAL_A": "x"])
        #expect(reason(store, "cred:a") == .openToOthers(path: path, mode: 0o604))
    }

    @Test func `what cannot be used is said without saying the secret`() throws {
        let fixture = try ConfigFixture()
        try fixture.write("credentials/empty", "\n")
        try fixture.write("credentials/binary", [0xff, 0xfe])
        let store = store(fixture)
        #expect(reason(store, "cred:empty") == .empty(path: "\(fixture.home)/credentials/empty"))
        #expect(
            reason(store, "cred:binary")
                == .unreadable(path: "\(fixture.home)/credentials/binary", cause: "it is not UTF-8 text")
        )
        #expect(reason(store, "cred:../etc/passwd") == .badName)
        #expect(
            reason(store, "cred:none")
                == .notFound(places: ["\(fixture.home)/credentials", "environment CRYPTOCALL_CREDENTIAL_NONE"])
        )
    }

    @Test func `a secret prints as a placeholder however it is printed`() {
        let secret = Secret(Self.secret)
        let credential = Credential(Self.secret)
        for text in [
            "\(secret)", String(reflecting: secret), "\([secret])", "\(credential)", String(reflecting: credential),
            "\(Optional(credential) as Any)",
        ] { #expect(!text.contains("hunter"), "\(text)") }
        var dumped = ""
        dump([secret], to: &dumped)
        dump(credential, to: &dumped)
        #expect(!dumped.contains("hunter"))
        #expect(secret == Secret(Self.secret))
        #expect(secret != Secret(Self.secret + "x"))
    }

    @Test func `a secret in a file or a flag is refused and not repeated, from the environment it is taken`() throws {
        let fixture = try ConfigFixture()
        let refusal =
            "zeromq.curve.server_secret_key: a secret may not stand here: put it in a credential file and write "
            + "\"cred:\" and its name"
        let key = "zeromq.curve.server_secret_key"
        #expect(
            try fixture.lines("\(key) = \"\(Self.secret)\"", ["\(key)=\(Self.secret)"]) == [
                "etc/cryptocall.toml:1:1: error: \(refusal)", "flag --set \(key): error: \(refusal)",
            ]
        )
        let wrong = try fixture.lines("\(key) = [\"\(Self.secret)\"]")
        #expect(wrong.count == 1 && !wrong[0].contains("hunter"))
        let environment = ["CRYPTOCALL_ZEROMQ_CURVE_SERVER_SECRET_KEY": Self.secret]
        let config = try #require(try fixture.load("", environment: environment).usable)
        #expect(config.configuration.zeromq.curve.serverSecretKey.literal == Secret(Self.secret))
        #expect(try !ConfigDump(config).json().contains("hunter"))
        #expect(!ConfigDump(config).text(origin: true).contains("hunter"))
        #expect(!"\(config.configuration)".contains("hunter"))
    }
}
