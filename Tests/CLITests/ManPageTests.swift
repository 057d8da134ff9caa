import ArgumentParser
import Foundation
import Testing

@testable import CLI

/// `cryptocallctl(1)` and the commands say the same.
struct ManPageTests {
    /// A command that does something, with its full name below the program's.
    private struct Command {
        let name: String
        let type: any ParsableCommand.Type

        var options: Set<String> {
            let help = CryptoCallCtl.helpMessage(for: type).split(separator: "\n").filter { $0.hasPrefix("  -") }
            return Set(help.compactMap { $0.firstMatch(of: /--([a-z][a-z-]*)/).map { String($0.output.1) } })
        }

        static func all(
            below type: any ParsableCommand.Type = CryptoCallCtl.self,
            _ path: [String] = []
        ) -> [Command] {
            let children = type.configuration.subcommands
            guard !children.isEmpty else { return [Command(name: path.joined(separator: " "), type: type)] }
            return children.flatMap { all(below: $0, path + [$0._commandName]) }
        }
    }

    private static let shared: Set<String> = [
        "home", "control", "events", "timeout", "json", "server-key", "key-file", "help", "version",
    ]

    private func page() throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let places = [
            root.appending(path: "Docs/man/cryptocallctl.1"), URL(fileURLWithPath: "Docs/man/cryptocallctl.1"),
        ]
        let place = try #require(places.first { FileManager.default.fileExists(atPath: $0.path) })
        return try String(contentsOf: place, encoding: .utf8).replacing("\\-", with: "-").components(separatedBy: "\n")
    }

    private func options(_ lines: some Sequence<String>) -> Set<String> {
        Set(lines.flatMap { $0.matches(of: /(?:\bFl -|\s--)([a-z][a-z-]*)/).map { String($0.output.1) } })
    }

    private func section(_ name: String, _ lines: [String]) -> [String] {
        Array(lines.drop { $0 != ".Sh \(name)" }.dropFirst().prefix { !$0.hasPrefix(".Sh ") })
    }

    /// The lines of each command, by its name.
    private func commands(_ lines: [String]) -> [String: [String]] {
        var (name, found): (String?, [String: [String]]) = (nil, [:])
        for line in section("COMMANDS", lines) {
            if let match = line.firstMatch(of: /^\.It Cm ([a-z][a-z -]*?)(?: (?:Op |Ar ).*)?$/) {
                let title = String(match.output.1)
                name = title
                found[title] = []
            } else if let name {
                found[name]?.append(line)
            }
        }
        return found
    }

    @Test func `the page has exactly the commands that there are`() throws {
        let all = Command.all().map(\.name)
        #expect(all.contains("events replay"))
        #expect(commands(try page()).keys.sorted() == all.sorted())
    }

    @Test func `each command's options stand below it, and no others`() throws {
        let described = commands(try page())
        for command in Command.all() {
            let lines = described[command.name] ?? []
            let own = command.options.subtracting(Self.shared)
            let items = options(lines.filter { $0.hasPrefix(".It ") })
            #expect(items.subtracting(Self.shared) == own, "\(command.name)")
            #expect(options(lines).isSubset(of: command.options), "\(command.name)")
        }
    }

    @Test func `the options of every command stand at the top`() throws {
        let lines = try page()
        #expect(options(section("OPTIONS", lines).filter { $0.hasPrefix(".It ") }) == Self.shared)
        // What ArgumentParser offers without showing it in the help.
        let every = Command.all().reduce(into: Self.shared.union(["generate-completion-script"])) {
            $0.formUnion($1.options)
        }
        #expect(options(lines).subtracting(every) == [])
        for command in Command.all() where command.name != "keygen" {
            #expect(Self.shared.isSubset(of: command.options), "\(command.name)")
        }
    }

    @Test func `the page explains exactly the exit codes`() throws {
        let codes = section("EXIT STATUS", try page()).compactMap { line in
            line.firstMatch(of: /^\.It ([0-9]+)$/).flatMap { Int32($0.output.1) }
        }
        let known: [Sysexit] = [
            .unrepairedLoss, .usage, .badData, .unavailable, .software, .cannotCreate, .io, .timedOut,
            .protocolViolation, .notPermitted, .badConfiguration,
        ]
        #expect(codes == [0] + known.map(\.rawValue))
    }
}
