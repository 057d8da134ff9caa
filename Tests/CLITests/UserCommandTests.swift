import ArgumentParser
import BusZeroMQ
import Glibc
import JSON
import Testing

@testable import CLI
@testable import CryptoCallClient

struct UserCommandTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try Session.decode(type, from: JSONValue(parsing: Array(json.utf8)), of: "test")
    }

    @Test func `users are a table, and those shut out are marked`() throws {
        let list = try decode(
            UserList.self,
            #"""
            {"users":[{"id":"1","email":"ann@example.org","name":"Ann\u001b[2J","role":"admin","tier":"free",
            "createdAt":"2026-11-21T07:00:00.000000Z"},
            {"id":"2","email":"b@example.org","name":"Bob","role":"client","tier":"pro",
            "createdAt":"2026-11-22T07:00:00.000000Z","disabledAt":"2026-11-23T07:00:00.000000Z"}]}
            """#
        )
        let lines = UserPage.list(list.users, TerminalTests.plain)
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("ann@example.org  admin   free  Ann") && !lines[1].contains("\u{1B}"))
        #expect(lines[2].hasSuffix("disabled"))
        #expect(UserPage.list([], TerminalTests.plain) == ["no users"])
    }

    @Test func `a password comes from the first line of the input`() throws {
        #expect(try read("correct horse\nmore\n") == "correct horse")
        #expect(try read("with spaces \r\n") == "with spaces ")
        #expect(try read("no end") == "no end")
        for bad in ["", "\n", String(repeating: "x", count: 2000)] {
            #expect(throws: CommandFailure.self) { try read(bad) }
        }
    }

    /// Hands a text in through a pipe.
    private func read(_ text: String) throws -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CommandFailure(.software, "pipe") }
        defer { close(ends[0]) }
        let bytes = Array(text.utf8)
        let written = write(ends[1], bytes, bytes.count)
        close(ends[1])
        #expect(written == bytes.count)
        return try PasswordInput.firstLine(of: ends[0])
    }

    @Test func `a line that is typed can be mended and given up`() {
        func typed(_ bytes: [UInt8]) -> TypedLine.Step {
            var line = TypedLine()
            for byte in bytes.dropLast() { #expect(line.take(byte) == .goOn) }
            return line.take(bytes[bytes.count - 1])
        }
        #expect(typed(Array("abc\n".utf8)) == .done("abc"))
        #expect(typed(Array("aü".utf8) + [127] + Array("b\r".utf8)) == .done("ab"))
        #expect(typed(Array("abc".utf8) + [21] + Array("d\n".utf8)) == .done("d"))
        #expect(typed([8, 127, UInt8(ascii: "\n")]) == .done(""))
        #expect(typed(Array("ab".utf8) + [3]) == .abandoned)
        #expect(typed([0xFF, UInt8(ascii: "\n")]) == .abandoned)
    }

    @Test func `no command takes a password as an argument`() {
        for arguments in [["user", "add", "a@b", "--password", "x"], ["user", "password", "a@b", "secret"]] {
            #expect(throws: (any Error).self) { try CryptoCallCtl.parseAsRoot(arguments) }
        }
    }
}
