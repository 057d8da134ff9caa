import Bus
import FoundationEssentials
import Testing

@testable import JSON

/// Writing values fast.
struct OnePassEncoderTests {
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
        try OnePassEncoder().encode(value, to: &bytes)
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
        try OnePassEncoder().encode(Awkward(isInterleaved: false), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":{"a":1},"b":{"a":2},"c":4}"#)
        #expect(throws: OnePassEncoder.Unsupported.self) {
            try OnePassEncoder().encode(Awkward(isInterleaved: true), to: &bytes)
        }
        // Foundation has a text of its own for these.
        #expect(throws: OnePassEncoder.Unsupported.self) { try OnePassEncoder().encode(["x": Data([1])], to: &bytes) }
        #expect(throws: EncodingError.self) { try OnePassEncoder().encode([Double.infinity], to: &bytes) }
    }
}
