import ArgumentParser
import BusZeroMQ
import Foundation
import JSON
import Testing

@testable import CLI
@testable import CryptoCallClient

struct CommandTests {
    private func refusal(_ code: Int, problems: [String] = []) throws -> ClientError {
        let data: JSONValue = ["problems": .array(problems.map(JSONValue.string))]
        let refusal = Refusal(["code": .int(Int64(code)), "message": "no", "data": data])
        return ClientError(.refused, "no", refusal: refusal)
    }

    @Test(arguments: [
        (-32001, Sysexit.notPermitted), (-32002, .timedOut), (-32003, .badData), (-32004, .unavailable),
        (-32005, .unavailable), (-32006, .badData), (-32601, .protocolViolation), (-32602, .badData),
        (-32603, .software),
    ])
    func `each error of the station has its exit code`(_ code: Int, _ status: Sysexit) throws {
        #expect(CommandFailure(try refusal(code)).status == status)
    }

    @Test func `a refused reload is a bad configuration and lists the mistakes`() throws {
        let failure = CommandFailure(try refusal(Refusal.refused, problems: ["a.toml:3: one", "a.toml:4: \u{1B}two"]))
        #expect(failure.status == .badConfiguration)
        #expect(failure.message == "no\n  a.toml:3: one\n  a.toml:4: two")
    }

    @Test(arguments: [
        (ClientError.Code.unavailable, Sysexit.unavailable), (.timedOut, .timedOut),
        (.protocolViolation, .protocolViolation), (.badSetting, .usage), (.closed, .unavailable),
    ])
    func `each failure of the connection has its exit code`(_ code: ClientError.Code, _ status: Sysexit) {
        #expect(CommandFailure(ClientError(code, "why")).status == status)
    }

    @Test func `a key that the station does not know is a matter of permission`() {
        let failure = CommandFailure(ClientError(.unavailable, "tcp://h:1 does not know this key"))
        #expect(failure.status == .notPermitted)
    }

    @Test func `a missing socket is told at once, with what to do`() throws {
        let failure = #expect(throws: CommandFailure.self) { try SocketFile.check("ipc:///nowhere/run/control.sock") }
        #expect(failure?.status == .unavailable)
        #expect(
            failure?.message == "no daemon answers at ipc:///nowhere/run/control.sock: is cryptocalld running? "
                + "start it with `systemctl start cryptocalld` or `make run`"
        )
    }

    @Test(arguments: [
        ["status", "--timeout", "0"], ["log-level", "loud"], ["log-level", "--label", "x"], ["tail", "é"],
        ["status", "--server-key", "x"], ["publish", "-", "--subject", "x"], ["events", "replay", "--limit", "0"],
        ["top", "--interval", "0"], ["drain", "--seconds", "601"], ["nonsense"],
    ])
    func `mistakes on the command line are usage errors`(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try CryptoCallCtl.parseAsRoot(arguments) }
        if let error { #expect(CryptoCallCtl.exitCode(for: error).rawValue == Sysexit.usage.rawValue) }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `shells can complete the commands`(_ shell: String) throws {
        let kind = try #require(CompletionShell(rawValue: shell))
        let script = CryptoCallCtl.completionScript(for: kind)
        #expect(script.contains("log-level"))
    }

    @Test func `a key file is for its owner only and gives the secret back`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "key").path
        let pair = try NewKeyPair.generate()
        try KeyFile.write(pair, to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try KeyFile.secret(in: path) == pair.secretKey)
        #expect(
            try #require(#expect(throws: CommandFailure.self) { try KeyFile.write(pair, to: path) }).status
                == .cannotCreate
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(
            try #require(#expect(throws: CommandFailure.self) { try KeyFile.secret(in: path) }).status == .notPermitted
        )
    }

    @Test func `a schema's name cannot lead out of its folder`() throws {
        #expect(try SchemaCommand.fileName(of: "market.price.ticked") == "market.price.ticked.schema.json")
        for name in ["../x", "a/b", "", ".hidden", "A"] {
            #expect(throws: CommandFailure.self) { try SchemaCommand.fileName(of: name) }
        }
    }

    @Test func `batches keep to the limits of a request and to the order`() {
        var batches = OutgoingBatches(countMax: 3, sizeBytesMax: 20)
        var sent: [[JSONValue]] = []
        for event in ["a", "b", "c", "d", "0123456789abcdef", "e"] as [JSONValue] {
            if let full = batches.add(event) { sent.append(full) }
        }
        if let rest = batches.finish() { sent.append(rest) }
        #expect(sent == [["a", "b", "c"], ["d"], ["0123456789abcdef"], ["e"]])
        #expect(batches.finish() == nil)
    }

    @Test func `lines are cut wherever the blocks end`() throws {
        let input = InputLines()
        #expect(try input.take(Array("one\ntw".utf8)).map(\.text) == ["one"])
        #expect(try input.take(Array("o\n\nthree".utf8)).map(\.text) == ["two", ""])
        let last = try input.take([])
        #expect(last.map(\.text) == ["three"])
        #expect(last.map(\.number) == [4])
        #expect(throws: CommandFailure.self) { try input.take([UInt8](repeating: 65, count: 70_000)) }
    }

    @Test func `a bad line is named by its number`() throws {
        let good = try OutgoingLine.event(InputLine(number: 1, text: #"{"n":1}"#), type: "a.b.c", subject: "x")
        #expect(good == ["type": "a.b.c", "subject": "x", "payload": ["n": 1]])
        for (text, type) in [("nonsense", nil), (#"{"payload":1}"#, nil), ("{", "a.b.c")] as [(String, String?)] {
            let failure = #expect(throws: CommandFailure.self) {
                try OutgoingLine.event(InputLine(number: 7, text: text), type: type, subject: nil)
            }
            #expect(failure?.status == .badData)
            #expect(failure?.message.contains("line 7") == true)
        }
    }
}
