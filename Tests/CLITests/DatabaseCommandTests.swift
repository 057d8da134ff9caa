import ArgumentParser
import Testing

@testable import CLI

struct DatabaseCommandTests {
    private func arguments(_ line: String...) throws -> [String] {
        let command = try CryptoCallCtl.parseAsRoot(ArgumentOrder.commandFirst(line))
        return try #require(command as? any DatabaseSubcommand).daemonArguments
    }

    @Test func `each command becomes one of the daemon's`() throws {
        #expect(try arguments("db", "migrate") == ["db", "migrate"])
        #expect(try arguments("db", "status", "--json") == ["db", "status", "--json"])
        #expect(
            try arguments("--home", "/h", "db", "check", "--repair") == ["db", "check", "--repair", "--home", "/h"]
        )
        #expect(try arguments("db", "move", "--config", "c.toml") == ["db", "move", "--config", "c.toml"])
        #expect(try arguments("db", "backup", "--prune") == ["db", "backup", "--prune"])
        #expect(try arguments("db", "backup", "--verify", "b") == ["db", "backup", "--verify", "b"])
        #expect(try arguments("db", "restore", "b", "--replace") == ["db", "restore", "--replace", "b"])
    }

    @Test func `a file whose name looks like an option stays a file`() throws {
        #expect(try arguments("db", "restore", "--", "-b") == ["db", "restore", "./-b"])
    }

    @Test(arguments: [["db", "backup", "--verify"], ["db", "backup", "--prune", "b"], ["db", "restore"]])
    func `what does not go together is refused`(line: [String]) {
        #expect(throws: (any Error).self) { try CryptoCallCtl.parseAsRoot(line) }
    }
}
