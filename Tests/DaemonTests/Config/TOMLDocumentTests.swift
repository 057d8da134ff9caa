import Daemon
import Testing

/// Values from the parser and places from our own scan have to agree.
@Suite struct TOMLDocumentTests {
    private static let odd = """
        \u{feff}# comment with = and [brackets]
        a.b . "c.d" = 1   # behind
        'literal \\ key' = "x # no comment \\" still"
        [ tab . le ]
        long = \"""
        [not.a.table]
        key = "no" \\"\"" \"""
        raw = '''
        x = ''1''\'''
        list = [ # comment, with ] in it
          1, [2, 3], "],", { k = [ 4 ], "l" = 'm' },
        ]
        inline = { x.y = 1, z = { w = [] } }
        moment = 2026-01-02 03:04:05
        é = 1.5
        """.replacing("\né = 1.5", with: "\n\"é\" = 1.5\nlast = true")

    @Test func `every value of a document has its place`() throws {
        let text = Self.odd + "\n[[list.of]]\nn = 1\n[[list.of]]\n[list.of.sub]\nm = 2\n[[list.of.deep]]\nd = 1\n"
        let document = try TOMLDocument(parsing: Array(text.utf8))
        var missing: [String] = []
        walk(document.root, ConfigPath()) { path in
            if !path.isEmpty, document.positions[path] == nil { missing.append(path.description) }
        }
        #expect(missing == [])
        for path in document.positions.keys { #expect(document.root[path] != nil, "\(path) is no value") }
    }

    @Test func `places count lines and characters from one`() throws {
        let text = "a = 1\n[é]\n\"ü\" = [1,\n  2]\n[[t]]\n[[t]]\n  x.y = 3\n"
        let places = try TOMLDocument(parsing: Array(text.replacing("[é]", with: "['é']").utf8)).positions
        func place(_ path: ConfigPath) -> [Int] { places[path].map { [$0.line, $0.column] } ?? [] }
        let accent = ConfigPath([.key("é"), .key("ü")])
        #expect(place("a") == [1, 1])
        #expect(place(accent) == [3, 1])
        #expect(place(accent.index(0)) == [3, 8])
        #expect(place(accent.index(1)) == [4, 3])
        #expect(place(ConfigPath("t").index(1)) == [6, 1])
        #expect(place(ConfigPath("t").index(1).key("x").key("y")) == [7, 3])
    }

    @Test(arguments: [
        "a = " + String(repeating: "[", count: 5000), String(repeating: "a.", count: 5000) + "b = 1",
        "[" + String(repeating: "a.", count: 5000) + "b]", "a = " + String(repeating: "{a=", count: 5000),
    ])
    func `endless nesting is refused`(text: String) {
        #expect {
            try TOMLDocument(parsing: Array(text.utf8))
        } throws: { error in
            (error as? TOMLDocument.Failure)?.reasons.first?.text.contains("nested deeper") ?? false
        }
    }

    @Test(arguments: [
        "[[[a]]]", "[[=", "a = 1\n[ [b]]", "[#]", "[[ \n]]", "[", "[[", "[[\"", "[.]", "[\r1.", "a = [}", "a = {b = ,",
        "a = ", "a = [\u{85}]",
        "a = [1979-05-27 0]", "a = 1979-05-27 0#",
    ])
    func `what the parser would die of is refused`(text: String) {
        #expect(throws: TOMLDocument.Failure.self) { try TOMLDocument(parsing: Array(text.utf8)) }
    }

    @Test func `of two mistakes the first is reported`() {
        #expect {
            try TOMLDocument(parsing: Array("a = 1\nb = \n[[[c]]]".utf8))
        } throws: { error in
            (error as? TOMLDocument.Failure)?.reasons.first?.position.line == 2
        }
    }

    @Test func `a NUL cuts nothing short`() {
        for text in ["a = 1\n\u{0}b = 2", "\"a\\u0000\" = 1", "a = \"\\U00000000x\"", "a = [\"\\u0000\"]"] {
            #expect(throws: TOMLDocument.Failure.self) { try TOMLDocument(parsing: Array(text.utf8)) }
        }
        #expect(throws: Never.self) { try TOMLDocument(parsing: Array("a = '\\u0000'".utf8)) }
    }

    private func walk(_ value: ConfigValue, _ path: ConfigPath, _ visit: (ConfigPath) -> Void) {
        visit(path)
        switch value {
        case .table(let fields): for (name, child) in fields { walk(child, path.key(name), visit) }
        case .array(let elements):
            for (position, child) in elements.enumerated() { walk(child, path.index(position), visit) }
        default: break
        }
    }
}
