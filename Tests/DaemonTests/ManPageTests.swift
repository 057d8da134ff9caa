import ArgumentParser
import Foundation
import Testing

@testable import Daemon
@testable import PlayoutProgram

/// The man pages of the daemon and the code say the same.
@Suite struct ManPageTests {
    // MARK: cryptocalld(8)

    @Test func `the daemon's page names exactly the options of its help`() throws {
        let offered = ManPage.options(ofHelp: CryptoCallDaemon.helpMessage())
        #expect(offered.contains("check-config"))
        let page = try ManPage("cryptocalld.8")
        #expect(page.options(in: .itemsOf("OPTIONS")) == offered)
        #expect(page.options(in: .wholePage).subtracting(offered) == [])
    }

    @Test func `the daemon's page explains the exit codes that keep it from starting again`() throws {
        let page = try ManPage("cryptocalld.8")
        let explained = Set(page.items(of: "EXIT STATUS").map(\.title))
        #expect(explained.isSubset(of: Set(ExitCode.allCases.map { String($0.rawValue) })))
        for code in ExitCode.allCases where code.preventsRestart || code == .ok {
            #expect(explained.contains(String(code.rawValue)))
        }
    }

    // MARK: cryptocall-playout(8)

    @Test func `the playout's page names exactly the options of its help`() throws {
        let offered = ManPage.options(ofHelp: PlayoutCommand.helpMessage())
        #expect(offered.contains("capture"))
        let page = try ManPage("cryptocall-playout.8")
        #expect(page.options(in: .itemsOf("OPTIONS")) == offered)
        #expect(page.options(in: .wholePage).subtracting(offered) == [])
    }

    @Test func `the playout's page explains the exit codes of its help`() throws {
        let help = PlayoutCommand.helpMessage().replacing("\n", with: " ")
        let told = Set(help.matches(of: /\b(6[0-9]|7[0-9]) [a-z]/).map { String($0.output.1) })
        #expect(told.count == 4)
        let explained = Set(try ManPage("cryptocall-playout.8").items(of: "EXIT STATUS").map(\.title))
        // In order, and what the signal's thread ends a run with that hangs.
        #expect(explained == told.union(["0", "75"]))
    }

    // MARK: cryptocall.toml(5)

    @Test func `the settings' page explains exactly the keys of the configuration`() throws {
        var known: [String] = []
        for leaf in Configuration.configSchema.leaves() {
            known.append(leaf.path.description)
            switch leaf.schema {
            case .list(.table(let fields)): known += fields.map { "\(leaf.path).\($0.name)" }
            case .map(.table(let fields)): known += fields.map { "\(leaf.path).NAME.\($0.name)" }
            default: break
            }
        }
        #expect(known.count > 50)
        let page = try ManPage("cryptocall.toml.5")
        #expect(page.items(of: "SETTINGS").map(\.title) == known)
    }

    @Test func `the settings' page tells each default, and whether reload applies`() throws {
        let page = try ManPage("cryptocall.toml.5")
        let items = Dictionary(page.items(of: "SETTINGS").map { ($0.title, $0.body) }, uniquingKeysWith: { $1 })
        for leaf in Configuration.configSchema.leaves() {
            let body = try #require(items[leaf.path.description], "\(leaf.path)")
            #expect(body.contains("Reload applies.") == leaf.isReloadable, "\(leaf.path)")
            if case .map(.table(let fields)) = leaf.schema, case .table(let entries) = leaf.standard {
                // Too much to be read in one line: the names, and what an entry says unless told otherwise.
                for name in entries.keys { #expect(body.contains(name), "\(leaf.path) should name \(name)") }
                for field in fields {
                    let standard = ManPageTests.text(field.standard)
                    let item = items["\(leaf.path).NAME.\(field.name)"] ?? ""
                    #expect(item.contains("Default:\n.Li \(standard) ."), "\(leaf.path).NAME.\(field.name)")
                }
                continue
            }
            let standard = ManPageTests.text(leaf.standard)
            #expect(body.contains("Default:\n.Li \(standard) ."), "\(leaf.path) should have \(standard)")
        }
    }

    private static func text(_ value: ConfigValue) -> String {
        var text = TOMLText.value(value)
        if case .double = value, text.hasSuffix(".0") { text.removeLast(2) }
        return text
    }

    @Test func `the settings' page names no option that the daemon or the command line lacks`() throws {
        let offered = ManPage.options(ofHelp: CryptoCallDaemon.helpMessage())
        // That of `cryptocallctl config dump`, which its own tests look after.
        let page = try ManPage("cryptocall.toml.5")
        #expect(page.options(in: .wholePage).subtracting(offered) == ["origin"])
    }

    // MARK: cryptocall-events(7)

    @Test func `the events' page lists exactly the events of the published contract`() throws {
        let schemas = try JSONSerialization.jsonObject(
            with: try Data(contentsOf: ProjectFile.url("Tests/DomainTests/Fixtures/event-schemas.json"))
        )
        let published = try #require(schemas as? [String: Any])
        let stream = ["welcome", "heartbeat", "goodbye", "canary"].map { "system.\($0).sent" }
        let page = try ManPage("cryptocall-events.7")
        #expect(page.items(of: "EVENTS").map(\.title).sorted() == (published.keys + stream).sorted())
    }
}

/// A file of the project, wherever the tests are built.
enum ProjectFile {
    static func url(_ path: String, here: String = #filePath) throws -> URL {
        let root = URL(fileURLWithPath: here).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let url = root.appending(path: path)
        return FileManager.default.fileExists(atPath: url.path) ? url : URL(fileURLWithPath: path)
    }
}

/// A page of `Docs/man`, as far as its tests read mdoc.
struct ManPage {
    struct Item {
        /// What stands behind `.It` and the first macro.
        let title: String
        /// The lines up to the next item, with escapes resolved.
        let body: String
    }

    enum Place {
        case wholePage
        /// The titles of the items of one section.
        case itemsOf(String)
    }

    private let lines: [String]

    init(_ name: String) throws {
        let text = try String(contentsOf: try ProjectFile.url("Docs/man/\(name)"), encoding: .utf8)
        lines = text.replacing("\\-", with: "-").replacing("\\(dq", with: "\"").components(separatedBy: "\n")
    }

    /// The long options of a help text, without their dashes.
    static func options(ofHelp help: String) -> Set<String> {
        let shown = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
        return Set(shown.compactMap { $0.firstMatch(of: /--([a-z][a-z-]*)/).map { String($0.output.1) } })
    }

    /// The long options named by `Fl`, or written out in an example, without their dashes.
    func options(in place: Place) -> Set<String> {
        let searched =
            switch place {
            case .wholePage: lines
            case .itemsOf(let name): section(name).filter { $0.hasPrefix(".It ") }
            }
        return Set(searched.flatMap { $0.matches(of: /(?:\bFl -|\s--)([a-z][a-z-]*)/).map { String($0.output.1) } })
    }

    /// The tagged items of a section, in order.
    func items(of name: String) -> [Item] {
        var items: [Item] = []
        var (title, body): (String?, [String]) = (nil, [])
        func close() {
            if let title { items.append(Item(title: title, body: body.joined(separator: "\n"))) }
        }
        for line in section(name) {
            if let match = line.firstMatch(of: /^\.It (?:Ic )?(\S+)/) {
                close()
                (title, body) = (String(match.output.1), [])
            } else {
                body.append(line)
            }
        }
        close()
        return items
    }

    private func section(_ name: String) -> [String] {
        Array(lines.drop { $0 != ".Sh \(name)" }.dropFirst().prefix { !$0.hasPrefix(".Sh ") })
    }
}
