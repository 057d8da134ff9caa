import Market
import Testing

struct JSONListSplitterTests {
    /// The elements of a text that arrives in pieces of so many bytes.
    private func elements(of text: String, pieceBytes: Int) throws(ProviderError) -> [String] {
        var splitter = JSONListSplitter()
        var found: [String] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + pieceBytes)
            found += try splitter.feed(Array(bytes[start..<end])).map { String(decoding: $0, as: UTF8.self) }
            start = end
        }
        try splitter.finish()
        return found
    }

    @Test(arguments: 1...40)
    func `elements come whole, wherever the pieces end`(pieceBytes: Int) throws {
        let text = #" [ {"a":[1,{"b":"]},\"["}],"c":"\\"} ,"x,y]" , 1.5e-3,null,[[],[2]],{} ] "#
        let found = try elements(of: text, pieceBytes: pieceBytes)
        let trimmed = found.map { $0.filter { $0 != " " } }
        #expect(
            trimmed == [#"{"a":[1,{"b":"]},\"["}],"c":"\\"}"#, #""x,y]""#, "1.5e-3", "null", "[[],[2]]", "{}"]
        )
    }

    @Test(arguments: ["[]", " [ ] ", "\n[\t]\r\n"])
    func `an empty list has no elements`(text: String) throws {
        #expect(try elements(of: text, pieceBytes: 1).isEmpty)
    }

    @Test(arguments: ["", "[", "[1", "[1,", "[\"]", "{}", "1", "[] x", "[,]", "[1,,2]", "[1]]", "[{]", "<html>"])
    func `what is no list is refused`(text: String) {
        #expect(throws: ProviderError.self) { try elements(of: text, pieceBytes: 2) }
    }

    @Test func `an element that does not end is given up`() {
        var splitter = JSONListSplitter()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        #expect(throws: ProviderError.self) {
            _ = try splitter.feed(Array(#"[""#.utf8))
            for _ in 0..<5 { _ = try splitter.feed(piece) }
        }
    }

    @Test func `a list that does not end is given up`() {
        var splitter = JSONListSplitter()
        let piece = Array(String(repeating: "1,", count: 50_000).utf8)
        #expect(throws: ProviderError.self) {
            _ = try splitter.feed(Array("[".utf8))
            for _ in 0..<3 { _ = try splitter.feed(piece) }
        }
    }
}
