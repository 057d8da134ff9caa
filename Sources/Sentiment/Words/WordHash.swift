/// The hash of a word, by FNV-1a with 64 bits over its lower-case bytes.
///
/// Words are known by their hashes alone, so none is ever copied. Model files keep weights by hash: it never changes.
struct WordHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    /// The hash of a whole word, which must be in lower case.
    static func of(_ word: some StringProtocol) -> UInt64 {
        var hash = WordHash()
        for byte in word.utf8 { hash.add(byte) }
        return hash.value
    }

    /// One hash for two, in which their order counts.
    @inline(__always)
    static func joined(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var mixed = (first ^ second &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        mixed ^= mixed >> 29
        return mixed &* 0x94d0_49bb_1331_11eb
    }
}
