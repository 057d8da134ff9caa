/// The hash function SHA-256 (FIPS 180-4), fed piece by piece.
///
/// Here because the program links no library that has it. It tells whether something has changed; it is not made for
/// passwords, and does not take constant time.
package struct SHA256 {
    /// In place, so that hashing allocates nothing: receipts are hashed by the million.
    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// What is not a whole block yet.
    private var pending = InlineArray<64, UInt8>(repeating: 0)
    private var pendingCount = 0
    private var count: UInt64 = 0
    private var schedule = InlineArray<64, UInt32>(repeating: 0)

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count += UInt64(bytes.count)
        var position = 0
        if pendingCount > 0 {
            while position < bytes.count, pendingCount < 64 {
                pending[pendingCount] = bytes[position]
                pendingCount += 1
                position += 1
            }
            guard pendingCount == 64 else { return }
            let block = pending
            block.span.withUnsafeBytes { mix($0) }
            pendingCount = 0
        }
        while bytes.count - position >= 64 {
            mix(UnsafeRawBufferPointer(rebasing: bytes[position..<position + 64]))
            position += 64
        }
        while position < bytes.count {
            pending[pendingCount] = bytes[position]
            pendingCount += 1
            position += 1
        }
    }

    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The hash, as eight words.
    package mutating func words() -> [UInt32] {
        let bitCount = count * 8
        pending[pendingCount] = 0x80
        pendingCount += 1
        if pendingCount > 56 {
            fill(to: 64)
            let block = pending
            block.span.withUnsafeBytes { mix($0) }
            pendingCount = 0
        }
        fill(to: 56)
        for place in 0..<8 { pending[56 + place] = UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * place)) }
        let block = pending
        block.span.withUnsafeBytes { mix($0) }
        return (0..<8).map { state[$0] }
    }

    private mutating func fill(to end: Int) {
        while pendingCount < end {
            pending[pendingCount] = 0
            pendingCount += 1
        }
    }

    /// The hash in hexadecimal.
    package mutating func hexadecimal() -> String { SHA256.hexadecimal(words()) }

    package static func hexadecimal(_ words: [UInt32]) -> String {
        words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private mutating func mix(_ block: UnsafeRawBufferPointer) {
        for index in 0..<16 {
            schedule[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        }
        for index in 16..<64 {
            let (early, late) = (schedule[index - 15], schedule[index - 2])
            let first = SHA256.turned(early, 7) ^ SHA256.turned(early, 18) ^ early >> 3
            let second = SHA256.turned(late, 17) ^ SHA256.turned(late, 19) ^ late >> 10
            schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let high = SHA256.turned(e, 6) ^ SHA256.turned(e, 11) ^ SHA256.turned(e, 25)
            let first = h &+ high &+ (e & f ^ ~e & g) &+ SHA256.constants[index] &+ schedule[index]
            let low = SHA256.turned(a, 2) ^ SHA256.turned(a, 13) ^ SHA256.turned(a, 22)
            let second = low &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ second)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
