/// Compares parts with wholes, without division and so without rounding.
enum BasisPoints {
    static let whole = 10_000

    /// Whether a part is at least so many ten-thousandths of the whole.
    static func reaches(_ part: UInt128, of whole: UInt128, _ basisPoints: Int) -> Bool {
        !isLess(part, BasisPoints.whole, than: whole, basisPoints)
    }

    /// Whether a part is more than so many ten-thousandths of the whole.
    static func exceeds(_ part: UInt128, of whole: UInt128, _ basisPoints: Int) -> Bool {
        isLess(whole, basisPoints, than: part, BasisPoints.whole)
    }

    /// The least part that reaches so many ten-thousandths.
    static func least(of whole: UInt64, _ basisPoints: Int) -> UInt128 {
        (UInt128(whole) * UInt128(clamping: basisPoints) + 9_999) / 10_000
    }

    private static func isLess(_ left: UInt128, _ leftFactor: Int, than right: UInt128, _ rightFactor: Int) -> Bool {
        let one = left.multipliedFullWidth(by: UInt128(clamping: leftFactor))
        let other = right.multipliedFullWidth(by: UInt128(clamping: rightFactor))
        return (one.high, one.low) < (other.high, other.low)
    }
}
