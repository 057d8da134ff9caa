import BusZeroMQ
import JSON
import Testing

@testable import CLI

struct TerminalTests {
    static let plain = Terminal(hasColour: false, width: .max, height: .max)
    static let colour = Terminal(hasColour: true, width: 80, height: 24)

    @Test func `text from outside cannot act on the terminal`() {
        let text = "a\u{1B}[2Jb\r\nc\u{07}\u{9B}31m\u{202E}d\u{7F}é"
        #expect(Terminal.plain(text) == "a[2Jb  c31mdé")
        #expect(Terminal.plain("a\nb\u{1B}", keepingLines: true) == "a\nb")
    }

    @Test func `JSON is printed without raw control characters and still means the same`() throws {
        let value: JSONValue = ["a": "x\u{1B}\u{9B}\u{202E}é\u{7F}"]
        let text = Output.jsonText(value)
        #expect(text == #"{"a":"x\u001b\u009b\u202eé\u007f"}"#)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test func `colours appear only where they may`() {
        #expect(TerminalTests.plain.styled("x", .red) == "x")
        #expect(TerminalTests.colour.styled("x", .red) == "\u{1B}[31mx\u{1B}[0m")
        #expect(TerminalTests.colour.styled("x", nil) == "x")
    }

    @Test func `a table is as wide as its cells and cut to the terminal`() {
        var table = TextTable("name", ">count")
        table.add(.init("market"), .init("7"))
        table.add(.init("a"), .init("1234567"))
        #expect(table.lines(TerminalTests.plain) == ["name      count", "market        7", "a       1234567"])
        let narrow = Terminal(hasColour: false, width: 9, height: 24)
        #expect(table.lines(narrow).allSatisfy { $0.count <= 9 })
    }

    @Test func `a cell cannot break the table`() {
        var table = TextTable("name", "value")
        table.add(.init("a\nb\u{1B}[H"), .init("c"))
        #expect(table.lines(TerminalTests.plain) == ["name   value", "a b[H  c"])
    }
}
