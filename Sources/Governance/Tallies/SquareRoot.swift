/// Square roots of whole numbers.
enum SquareRoot {
    /// The greatest number whose square is at most `number`.
    static func floor(of number: UInt128) -> UInt64 {
        guard number > 1 else { return UInt64(number) }
        // Newton's steps from above come down to the root and then turn. The first guess is a power of two that is
        // not below the root.
        let bits = UInt128.bitWidth - (number - 1).leadingZeroBitCount
        var root = UInt128(1) << UInt128((bits + 1) / 2)
        while true {
            let next = (root + number / root) >> 1
            guard next < root else { return UInt64(root) }
            root = next
        }
    }
}
