import Bus
import FoundationEssentials
import Testing

@testable import BusZeroMQ

/// Reading JSON from strangers and writing payloads fast.
struct JSONTests {
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

    @Test func `a message's head is found without reading the rest`() throws {
        let answer = JSONRPCHead(Array(#"{"result":{"id":9,"x":["}"]},"id":"a","jsonrpc":"2.0"}"#.utf8))
        #expect(answer?.id == "a")
        #expect(answer?.isNotification == false)
        let progress = JSONRPCHead(JSONRPC.progress("b", ["percent": 1]))
        #expect(progress?.id == "b")
        #expect(progress?.isNotification == true)
        #expect(JSONRPCHead(Array("[1]".utf8)) == nil)
        #expect(JSONRPCHead(Array(#"{"id":"#.utf8))?.id == nil)
    }

    // MARK: Payloads

    private enum Colour: String, Codable { case red, green }

    private struct Everything: Codable, Equatable {
        var text = "a \"quoted\" \\ / \u{1} \n line, é 😀"
        var whole = -42
        var large = UInt64.max
        var small = Int8.min
        var double = 0.1
        var round = 67_123.0
        var tiny = 1e-9
        var flag = true
        var none: Int?
        var some: Int? = 3
        var colour = Colour.green
        var list = [1, 2, 3]
        var nestedList = [["a"], [], ["b", "c"]]
        var table = ["x": 1.5]
        var empty: [String: Int] = [:]
        var id = UUIDv7(high: 1, low: 2)
        var inner = Inner()
        var inners = [Inner(), Inner()]
        var choice = Choice.pair(left: 1, right: "r")

        struct Inner: Codable, Equatable {
            var a = 1
            var b: [Int]? = [4]
            var nothing = Nothing()
        }

        struct Nothing: Codable, Equatable {}

        enum Choice: Codable, Equatable {
            case pair(left: Int, right: String)
            case bare
        }
    }

    @Test func `a payload means the same as Foundation writes it`() throws {
        let value = Everything()
        var bytes = Array("before".utf8)
        try PayloadEncoder().encode(value, to: &bytes)
        #expect(bytes.starts(with: Array("before".utf8)))
        let ours = Array(bytes.dropFirst(6))
        #expect(try JSONValue(parsing: ours) == (try JSONValue(parsing: try EventCodec.encode(value))))
        #expect(try JSONDecoder().decode(Everything.self, from: Data(ours)) == value)
    }

    private struct Awkward: Encodable {
        let isInterleaved: Bool

        enum Key: String, CodingKey { case a, b, c }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var first = container.nestedContainer(keyedBy: Key.self, forKey: .a)
            try first.encode(1, forKey: .a)
            var second = container.nestedContainer(keyedBy: Key.self, forKey: .b)
            try second.encode(2, forKey: .a)
            if isInterleaved { try first.encode(3, forKey: .b) }
            try container.encode(4, forKey: .c)
        }
    }

    @Test func `nested containers are written in order or not at all`() throws {
        var bytes: [UInt8] = []
        try PayloadEncoder().encode(Awkward(isInterleaved: false), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":{"a":1},"b":{"a":2},"c":4}"#)
        #expect(throws: PayloadEncoder.Unsupported.self) {
            try PayloadEncoder().encode(Awkward(isInterleaved: true), to: &bytes)
        }
        // Foundation has a text of its own for these.
        #expect(throws: PayloadEncoder.Unsupported.self) { try PayloadEncoder().encode(["x": Data([1])], to: &bytes) }
        #expect(throws: EncodingError.self) { try PayloadEncoder().encode([Double.infinity], to: &bytes) }
    }
}
