/// The hash function Keccak-256 of Ethereum, which is SHA3-256 but for one byte of its padding.
package enum Keccak256 {
    /// - Returns: 32 bytes.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var sponge = KeccakSponge()
        var rest = bytes
        while rest.count >= KeccakSponge.rateBytes {
            sponge.mixIn(block: rest)
            rest = UnsafeRawBufferPointer(rebasing: rest[KeccakSponge.rateBytes...])
        }
        sponge.mixIn(end: rest)
        return sponge.hash
    }

    /// - Returns: 32 bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }
}

/// The state of Keccak: five by five words, that of column x and row y at x + 5 y.
private struct KeccakSponge {
    static let rateBytes = 136
    private static let rateWords = 17
    private var lanes = InlineArray<25, UInt64>(repeating: 0)

    /// The first four words, the low byte of each first.
    var hash: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: lanes[$0 / 8] >> UInt64($0 % 8 * 8)) }
    }

    mutating func mixIn(block: UnsafeRawBufferPointer) {
        for index in 0..<Self.rateWords {
            lanes[index] ^= UInt64(littleEndian: block.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        permute()
    }

    /// The last bytes, fewer than a block, and the padding.
    mutating func mixIn(end: UnsafeRawBufferPointer) {
        for (index, byte) in end.enumerated() { mixIn(byte, at: index) }
        mixIn(0x01, at: end.count)
        mixIn(0x80, at: Self.rateBytes - 1)
        permute()
    }

    private mutating func mixIn(_ byte: UInt8, at index: Int) {
        lanes[index / 8] ^= UInt64(byte) << UInt64(index % 8 * 8)
    }

    private mutating func permute() {
        for round in 0..<24 {
            mixColumns()
            turnAndMove()
            mixRows()
            lanes[0] ^= Self.roundConstants[round]
        }
    }

    /// Adds to each word the parities of two columns beside it.
    private mutating func mixColumns() {
        var parities = InlineArray<5, UInt64>(repeating: 0)
        for x in 0..<5 { parities[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] }
        for x in 0..<5 {
            let step = parities[(x + 4) % 5] ^ Self.turned(parities[(x + 1) % 5], 1)
            for row in 0..<5 { lanes[x + row * 5] ^= step }
        }
    }

    /// Walks through all words but the first; each takes the place of the next, turned a little further each time.
    private mutating func turnAndMove() {
        var (x, y, turn) = (1, 0, 0)
        var moving = lanes[1]
        for step in 1...24 {
            turn += step
            (x, y) = (y, (2 * x + 3 * y) % 5)
            let next = lanes[x + 5 * y]
            lanes[x + 5 * y] = Self.turned(moving, turn % 64)
            moving = next
        }
    }

    private mutating func mixRows() {
        for row in stride(from: 0, to: 25, by: 5) {
            let (a, b, c, d, e) = (lanes[row], lanes[row + 1], lanes[row + 2], lanes[row + 3], lanes[row + 4])
            lanes[row] = a ^ (~b & c)
            lanes[row + 1] = b ^ (~c & d)
            lanes[row + 2] = c ^ (~d & e)
            lanes[row + 3] = d ^ (~e & a)
            lanes[row + 4] = e ^ (~a & b)
        }
    }

    private static func turned(_ word: UInt64, _ count: Int) -> UInt64 {
        word << count | word >> (64 - count)
    }

    private static let roundConstants: InlineArray<24, UInt64> = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a, 0x8000_0000_8000_8000,
        0x0000_0000_0000_808b, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
        0x0000_0000_0000_008a, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
        0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
        0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800a, 0x8000_0000_8000_000a,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
}
