import Bus
import FoundationEssentials
import JSON
import Testing

/// Reading JSON from strangers.
struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-1", "12345678901", "0.5", "-2.5e-3", "1e300", "[]", "{}", #""""#,
        #"{"a":[1,2,{"b":null}],"c":"d"}"#, #""\u0041\n\t\"\\\/\ud83d\ude00 \u00e9""#, " [ 1 , 2 ] ",
        #"{"é":"ü","x":[[],[{}]]}"#, "18446744073709551615",
    ])
    func `what JSON is reads as Foundation reads it`(text: String) throws {
        let ours = try JSONValue(parsing: Array(text.utf8))
        #expect(ours == (try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))))
        #expect(try JSONValue(parsing: ours.bytes) == ours)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "+1", "01", "1.", ".5", "1e", "-", "1e999", "[1,]", "[1 2]", "[", "{", #"{"a"}"#,
        #"{"a":}"#,
        #"{"a":1,}"#, "{a:1}", "'a'", #""a"#, #""\x""#, #""\u12""#, #""\ud83d""#, #""\ud83dx""#, "\"\u{1}\"", "1 2",
        "[]]",
        #"{"a":1,"a":2}"#, "NaN",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func `members that nobody asks for are checked and not kept, in the outermost object only`() throws {
        func read(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8, omitting: ["id", "at", ""]) }
        let text = #" { "id" : "a\nb", "at":[1,{"id":2}], "":"x", "ids":1, "i":2, "id\u0041":3, "one":{"id":"kept"} } "#
        #expect(try read(text) == ["ids": 1, "i": 2, "idA": 3, "one": ["id": "kept"]])
        #expect(try read(#"{"at":null}"#) == [:])
        #expect(try read(#"["id"]"#) == ["id"])
        for text in [#"{"id":"a}"#, #"{"id"}"#, #"{"id":}"#, #"{"id":"\x"}"#, #"{"id":[1,]}"#, #"{"id"#, #"{"id":1,}"#]
        {
            #expect(throws: JSONSyntaxError.self) { try read(text) }
        }
    }

    @Test func `nesting is taken to the limit and no further`() throws {
        let text = { (depth: Int) in
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: text(32))
        #expect { try JSONValue(parsing: text(33)) } throws: { ($0 as? JSONSyntaxError)?.code == .tooDeep }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [UInt8](repeating: 0x5B, count: 1_000_000)) }
    }

    @Test func `random bytes never read as anything by accident`() {
        var numbers = SplitMix64(state: 7)
        let alphabet = Array(#"{}[]",:0123456789.eE+-\utrflsn "#.utf8) + [0xC3, 0xA9, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &numbers)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &numbers) ?? 0 }
            // Both readers take it, or neither does; Foundation also takes repeated names.
            guard let ours = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))) == ours)
        }
    }
}
