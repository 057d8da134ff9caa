import JSON
import Testing

/// Places say the same as the tree of values does.
struct JSONPlacesTests {
    private static let texts = [
        "{}", "[]", " { } ", "[1]", #"{"a":1,"b":"x","c":null,"d":true,"e":false}"#,
        #"{"a":{"b":[1,{"c":"]}"}]},"z":-5}"#, #"["a",["b",["c"]],{"d":[]}]"#, #"{"a":"\u0041\n\"","b":"é"}"#,
        #"{"a":123456789012345678,"b":1234567890123456789,"c":12345678901234567890,"d":1.5,"e":-0,"f":1e3}"#,
        "", "{", "[1,", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "[01]", "[1.]", "[tru]", #"["a]"#, #"["\x"]"#, "1", "null",
        "[1] 2", #"{"a":1,"a":2}"#, "[1 2]", #"{a:1}"#, "[\u{1}]", "[-]", "[1e]", #"{"a":1"b":2}"#,
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    ]

    @Test(arguments: texts) func `what is JSON for one is JSON for the other`(text: String) {
        let tree = try? JSONValue(parsing: text.utf8, depthMax: 64)
        var reader = JSONReader()
        var wasRead = false
        try? reader.look(at: Array(text.utf8)) { places in
            wasRead = true
            guard let tree else { return }
            #expect(places.isList == (tree.array != nil))
            expect(places, are: tree)
        }
        // A bare value has no places in it.
        #expect(wasRead == (tree?.object != nil || tree?.array != nil))
    }

    private func expect(_ places: JSONPlaces, are tree: JSONValue) {
        #expect(places.reduce(0) { count, _ in count + 1 } == tree.array?.count ?? tree.object?.count)
        guard !places.isList else {
            for (index, cell) in places.enumerated() { expect(cell, is: tree[index]) }
            return
        }
        for name in ["a", "b", "c", "d", "e", "f", "z", "longer than eight", "longer than nine!"] as [JSONName] {
            let value = tree["\(name)"]
            #expect((places[name] != nil) == (value != nil))
            if let cell = places[name] { expect(cell, is: value) }
        }
    }

    private func expect(_ cell: JSONCell, is value: JSONValue?) {
        #expect(cell.text == value?.string)
        #expect(cell.isText("A\n\"") == (value?.string == "A\n\""))
        // A number with a fraction or an exponent is none that counts something.
        let whole: Int64? = if case .int(let number) = value { number } else { nil }
        #expect(cell.int == whole)
        #expect((cell.kind == .yes) == (value?.bool == true) && (cell.kind == .no) == (value?.bool == false))
        #expect((cell.inside != nil) == (value?.array != nil || value?.object != nil))
        if let inside = cell.inside, let value { expect(inside, are: value) }
    }

    /// What is read quickly and what is read slowly must come to the same, wherever it stands in eight bytes.
    @Test(arguments: 0..<24) func `nothing depends on where it stands`(count: Int) {
        let long = String(repeating: "x", count: count)
        let number = String(repeating: "7", count: min(count, 17) + 1)
        for space in ["", " ", "\n\t "] {
            `what is JSON for one is JSON for the other`(
                text:
                    #"{\#(space)"\#(long)":\#(space)"\#(long)"\#(space),"a"\#(space):\#(number)\#(space),"b":"\#(long)\n"}"#
            )
            for broken in [
                #"{"a":"\#(long)\#u{1}"}"#, #"{"\#(long)":0\#(number)}"#, #"["\#(long)"#, #"{"a":\#(number)"#,
            ] {
                `what is JSON for one is JSON for the other`(text: space + broken)
            }
        }
    }

    @Test func `one reader reads many texts, small ones and large ones`() throws {
        var reader = JSONReader()
        for count in [1, 2000, 3, 20_000, 0, 70] {
            let text = "[" + [String](repeating: #"["1",{"a":2}]"#, count: count).joined(separator: ",") + "]"
            try reader.look(at: Array(text.utf8)) { places in
                #expect(places.allSatisfy { cell in cell.inside?.reduce(0) { count, _ in count + 1 } == 2 })
                #expect(places.reduce(0) { count, _ in count + 1 } == count)
            }
        }
    }

    private func error(_ text: [UInt8]) -> JSONSyntaxError? {
        var reader = JSONReader()
        do throws(JSONSyntaxError) {
            try reader.look(at: text) { _ in }
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, JSONSyntaxError.Code.duplicateName, 11), ("[1] 2", .trailingBytes, 4),
        (#"{"a":1"b":2}"#, .unexpectedByte, 6), ("[1,", .unexpectedEnd, 3), ("[1.]", .badNumber, 3),
        (#"["\x"]"#, .badEscape, 4), ("[01]", .unexpectedByte, 2), ("[tru]", .unexpectedByte, 4),
        ("1", .unexpectedByte, 0),
    ])
    func `what is wrong is said with its place`(text: String, code: JSONSyntaxError.Code, position: Int) {
        let error = error(Array(text.utf8))
        #expect(error?.code == code && error?.position == position)
    }

    @Test func `an object inside with a name twice is none`() throws {
        var reader = JSONReader()
        let text = #"{"a":{"b":1,"c":2,"b":3},"d":{"longer than":1,"longer that":2}}"#
        try reader.look(at: Array(text.utf8)) { places in
            #expect(places["a"] != nil && places["a"]?.inside == nil)
            #expect(places["d"]?.inside?["longer that"]?.int == 2)
        }
    }

    @Test func `what is no UTF-8 is no JSON`() {
        #expect(error([0x5B, 0x22, 0xFF, 0x22, 0x5D])?.code == .notUTF8)
    }
}

extension JSONReader {
    fileprivate mutating func look(at text: [UInt8], _ body: (JSONPlaces) -> Void) throws(JSONSyntaxError) {
        let same = { (error: JSONSyntaxError) in error }
        try read(text, orThrow: same) { (places) throws(JSONSyntaxError) in body(places) }
    }
}
