import Chains
import JSON
import Testing

@Suite struct EncodingTests {
    @Test func `base58 writes leading zeros as ones, and nothing as nothing`() {
        #expect(Base58.encode([]).isEmpty && Base58.decode("") == [])
        #expect(Base58.encode([0]) == "1" && Base58.encode([0, 0, 1]) == "112")
        #expect(Base58.encode(Array("Hello World!".utf8)) == "2NEpo7TZRRrLZSi2U")
        #expect(Base58.decode("2NEpo7TZRRrLZSi2U") == Array("Hello World!".utf8))
    }

    @Test func `base58 reads back what it writes`() {
        var bytes: [UInt8] = []
        for length in 0..<80 {
            #expect(Base58.decode(Base58.encode(bytes)) == bytes)
            bytes.append(UInt8(truncatingIfNeeded: length &* 167 &+ length / 7))
        }
        #expect(
            Base58.decode(Base58.encode([UInt8](repeating: 0xff, count: 64))) == [UInt8](repeating: 0xff, count: 64)
        )
    }

    @Test(arguments: ["0", "O", "I", "l", "1 ", "é", "2\n"])
    func `base58 refuses other characters`(text: String) { #expect(Base58.decode(text) == nil) }

    @Test func `base58 refuses what is too long to be worth the work`() {
        #expect(Base58.decode(String(repeating: "1", count: 128))?.count == 128)
        #expect(Base58.decode(String(repeating: "1", count: 129)) == nil)
    }

    @Test func `hexadecimal is read in both cases, with and without its prefix`() {
        #expect(Hexadecimal.decode("0x00fFa9") == [0, 0xff, 0xa9] && Hexadecimal.decode("00ffa9") == [0, 0xff, 0xa9])
        #expect(Hexadecimal.decode("0x") == [] && Hexadecimal.encode([0, 0xff, 0xa9]) == "00ffa9")
        #expect(["0", "0x0", "0g", "0X00", "00 ", "0x0x00"].allSatisfy { Hexadecimal.decode($0) == nil })
    }

    @Test(.enabled(if: VectorFile.isThere, VectorFile.absence))
    func `base58 agrees with another implementation`() throws {
        let file = try VectorFile.read("base58")
        let valid = try file.list("valid")
        #expect(valid.count == 30)
        for vector in valid {
            let (bytes, text) = (try vector.bytes("hex"), try vector.text("b58"))
            #expect(Base58.encode(bytes) == text && Base58.decode(text) == bytes)
        }
        for text in try file.list("invalid") {
            let text = try #require(text.string)
            #expect(Base58.decode(text) == nil, "\(text)")
        }
        for text in try file.list("pubkeyWrongLength") {
            let text = try #require(text.string)
            #expect(SolanaAddress(text) == nil && Base58.decode(text) != nil)
        }
    }
}
