/// Eight bytes of a text, looked at together.
///
/// What a text is made of stands in runs of a few bytes, so eight at a time cost as much as two by themselves. Only the
/// first byte that is found is certain: a difference may borrow from the bytes behind it.
struct EightBytes {
    /// The first byte is the lowest.
    let word: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// `nil` where fewer are left.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
        guard bytes.count &- position >= 8 else { return nil }
        // Within the text, which is not empty, as there are eight from here on; a load at any address is allowed.
        let start = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped)
        word = UInt64(littleEndian: (start + position).loadUnaligned(as: UInt64.self))
    }

    /// How many stand before the first that a text has to escape or ends with: a quote, a backslash or a control.
    @inline(__always)
    var plainCount: Int {
        let quotes = word ^ (0x22 * EightBytes.ones)
        let slashes = word ^ (0x5C * EightBytes.ones)
        let found =
            ((quotes &- EightBytes.ones) & ~quotes) | ((slashes &- EightBytes.ones) & ~slashes)
            | ((word &- 0x20 * EightBytes.ones) & ~word)
        return (found & EightBytes.highs).trailingZeroBitCount >> 3
    }

    /// How many digits they begin with.
    @inline(__always)
    var digitCount: Int {
        let values = word ^ (0x30 * EightBytes.ones)
        // From ten on, adding this reaches the highest bit.
        let others = ((values &+ 0x76 * EightBytes.ones) | values) & EightBytes.highs
        return others.trailingZeroBitCount >> 3
    }

    /// The first few, and zeros behind them.
    @inline(__always)
    func first(_ count: Int) -> UInt64 { count >= 8 ? word : word & ((1 &<< UInt64(count &* 8)) &- 1) }

    /// The number that eight digits write.
    @inline(__always)
    var value: UInt64 {
        // Neighbours are joined: eight digits to four pairs, these to two fours, and these to one.
        let pairs = (((word & (0x0F * EightBytes.ones)) &* 2561) &>> 8) & 0x00FF_00FF_00FF_00FF
        let fours = ((pairs &* 6_553_601) &>> 16) & 0x0000_FFFF_0000_FFFF
        return (fours &* 42_949_672_960_001) &>> 32
    }
}

extension EightBytes {
    /// Where a text ends that stands for itself: at a quote, a backslash, a control, or the end of everything.
    @inline(__always)
    static func endOfPlainText(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        while let eight = EightBytes(bytes, at: position) {
            let count = eight.plainCount
            position &+= count
            if count < 8 { return position }
        }
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
            bytes[position] >= 0x20
        { position &+= 1 }
        return position
    }

    /// Where the digits end that begin somewhere.
    @inline(__always)
    static func endOfDigits(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        while let eight = EightBytes(bytes, at: position) {
            let count = eight.digitCount
            position &+= count
            if count < 8 { return position }
        }
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        return position
    }
}
