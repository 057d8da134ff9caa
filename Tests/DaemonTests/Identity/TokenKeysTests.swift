import Bus
import Identity
import Telemetry
import Testing

@testable import Daemon

/// Where the keys come from that sign access tokens.
@Suite struct TokenKeysTests {
    private static let time = Timestamp(seconds: 1_790_000_000)
    private static let secret = "k9d0Zx3rQm7vT1yB5nW8sL2pF6hJ4gC0"

    private func keys(_ fixture: ConfigFixture, _ settings: String = "", _ redactor: Redactor = Redactor()) throws
        -> TokenKeys
    {
        let report = try fixture.load(settings)
        return TokenKeys(try #require(report.usable, "\(report.text)"), environment: [:], redactor: redactor)
    }

    @Test func `a bare machine makes a key that only its owner can read, and keeps it`() throws {
        let fixture = try ConfigFixture()
        let redactor = Redactor()
        let made = try keys(fixture, "", redactor).load(at: Self.time)
        #expect(made.madeAt == Self.time && made.keys.previous == nil)
        let file = try ConfigFile.read("\(fixture.home)/state/identity-keys.json", sizeBytesMax: 4096)
        #expect(file.mode == 0o600)
        let later = try keys(fixture).load(at: Self.time.advanced(by: .seconds(1)))
        #expect(later.keys == made.keys && later.madeAt == Self.time)
        // The log never shows it.
        #expect(redactor.redact(String(decoding: file.bytes, as: UTF8.self)).contains("[redacted]"))
    }

    @Test func `a made key is replaced, and the one before it stays`() throws {
        let fixture = try ConfigFixture()
        let keys = try keys(fixture)
        let first = try keys.load(at: Self.time).keys
        let second = try keys.rotate(at: Self.time.advanced(by: .seconds(60)))
        #expect(second.previous == first.current && second.current != first.current)
        let loaded = try keys.load(at: Self.time.advanced(by: .seconds(90)))
        #expect(loaded.keys == second && loaded.madeAt == Self.time.advanced(by: .seconds(60)))
        let third = try keys.rotate(at: Self.time)
        #expect(third.previous == second.current)
    }

    @Test func `a file that others can read, or that is damaged, is not used`() throws {
        let fixture = try ConfigFixture()
        let keys = try keys(fixture)
        _ = try keys.load(at: Self.time)
        let good = try ConfigFile.read("\(fixture.home)/state/identity-keys.json", sizeBytesMax: 4096).bytes
        try fixture.write("state/identity-keys.json", good, mode: 0o640)
        #expect(code { _ = try keys.load(at: Self.time) } == .noPermission)
        try fixture.write("state/identity-keys.json", "{}")
        #expect(code { _ = try keys.load(at: Self.time) } == .dataError)
        try fixture.write(
            "state/identity-keys.json",
            #"{"current":{"secret":"short","made_at":"2026-01-01T00:00:00Z"}}"#
        )
        #expect(code { _ = try keys.load(at: Self.time) } == .config)
    }

    @Test func `keys of the settings are used as they are and not replaced here`() throws {
        let fixture = try ConfigFixture()
        try fixture.write("credentials/new", Self.secret + "\n")
        try fixture.write("credentials/old", "Pq4Wc8Ru1Yz6Tk3Nm9Xs2Vb7Hd5Jg0Lf")
        let settings = """
            [identity]
            token_key = "cred:new"
            token_key_previous = "cred:old"
            """
        let keys = try keys(fixture, settings)
        let loaded = try keys.load(at: Self.time)
        #expect(loaded.keys.current == (try SigningKey(secret: Self.secret)) && loaded.keys.previous != nil)
        #expect(loaded.madeAt == nil && !keys.areMade)
        #expect(ConfigFile.mode(of: "\(fixture.home)/state/identity-keys.json") == nil)
        #expect(code { _ = try keys.rotate(at: Self.time) } == .config)
    }

    @Test(arguments: ["short", "changeme-changeme-changeme-changeme", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
    func `a secret that anybody could guess stops the start as bad configuration`(_ secret: String) throws {
        let fixture = try ConfigFixture()
        try fixture.write("credentials/weak", secret)
        let settings = "[identity]\ntoken_key = \"cred:weak\"\n"
        let keys = try keys(fixture, settings)
        let failure = #expect(throws: TokenKeyError.self) { try keys.load(at: Self.time) }
        #expect(failure?.code == .config && failure?.text.hasPrefix("identity.token_key: the secret ") == true)
        #expect(failure?.text.contains(secret) == false)
        #expect(DatabaseFailure(try #require(failure)).code == .config)
        // A check of the configuration says so beforehand.
        let config = try #require(try fixture.load(settings).usable)
        let problems = EnvironmentChecks(environment: [:]).problems(in: config).filter { $0.severity == .error }
        #expect(problems.map(\.path.description) == ["identity.token_key"])
    }

    @Test func `the key before needs the key`() throws {
        let lines = try ConfigFixture().lines("[identity]\ntoken_key_previous = \"cred:x\"\n")
        #expect(lines.count == 1 && lines[0].contains("needs token_key"))
    }

    private func code(of body: () throws -> Void) -> ExitCode? {
        do {
            try body()
            return nil
        } catch {
            return (error as? TokenKeyError)?.code
        }
    }
}
