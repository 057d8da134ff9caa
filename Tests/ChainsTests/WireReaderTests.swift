import Testing

@testable import Chains

@Suite struct WireReaderTests {
    @Test(arguments: [
        (0, "00"), (1, "01"), (0x7f, "7f"), (0x80, "8001"), (0x3fff, "ff7f"), (0x4000, "808001"), (0xffff, "ffff03"),
    ])
    func `a length is written in one way and read back`(length: Int, hex: String) throws {
        var bytes: [UInt8] = []
        bytes.appendLength(length)
        #expect(Hexadecimal.encode(bytes) == hex)
        var reader = WireReader(bytes)
        let read = try reader.length()
        #expect(read == length && reader.remaining == 0)
    }

    @Test func `every length is read back`() throws {
        for length in 0...0xffff {
            var bytes: [UInt8] = []
            bytes.appendLength(length)
            var reader = WireReader(bytes)
            let read = try reader.length()
            if read != length || reader.remaining != 0 { Issue.record("\(length)") }
        }
    }

    @Test(arguments: ["8000", "808000", "ff00", "ff8000", "ffff04", "ffff83", "ffff8301", "808080", "80808001"])
    func `a length that is longer than it has to be or too large is refused`(hex: String) throws {
        var reader = WireReader(try [UInt8](hex: hex))
        #expect(throws: SolanaWireError.badLength) { try reader.length() }
    }

    @Test(arguments: ["", "80", "8080"]) func `a length that breaks off is refused`(hex: String) throws {
        var reader = WireReader(try [UInt8](hex: hex))
        #expect(throws: SolanaWireError.truncated) { try reader.length() }
    }

    @Test func `a list that cannot fit is refused before anything is read`() throws {
        var reader = WireReader(try [UInt8](hex: "ffff0301"))
        #expect(throws: SolanaWireError.truncated) { try reader.list(sizeMin: 1) { _ in Issue.record("read") } }
    }
}
