import Glibc

/// The upright axis of a chart: from which price to which, and where its marks are.
struct PriceScale: Hashable {
    struct Mark: Hashable {
        let value: Double
        let text: String
    }

    let low: Double
    let high: Double
    let marks: [Mark]

    /// - Parameters:
    ///   - low: the lowest price.
    ///   - high: the highest; the same for a price that did not move.
    ///   - marksMax: as many labels have room above one another.
    init(low: Double, high: Double, marksMax: Int) {
        let largest = max(abs(low), abs(high))
        var (bottom, top) = (min(low, high), max(low, high))
        // Prices that differ by less than the arithmetic can tell are one.
        if top - bottom <= largest * 1e-9 {
            let room = largest > 0 ? largest * 0.005 : 1
            (bottom, top) = (bottom - room, top + room)
        }
        let room = (top - bottom) * 0.06
        (self.low, self.high) = (bottom - room, top + room)
        marks = PriceScale.marks(low: self.low, high: self.high, count: max(1, marksMax))
    }

    /// Where a price stands, 0 at the lower end and 1 at the upper.
    func share(of value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }

    /// Multiples of 1, 2, 2.5 or 5 times a power of ten.
    private static func marks(low: Double, high: Double, count: Int) -> [Mark] {
        let rough = (high - low) / Double(count)
        var exponent = Int(floor(log10(rough)))
        let share = rough / pow(10, Double(exponent))
        var factor: Int64 = 1
        switch share {
        case ...1: break
        case ...2: factor = 2
        case ...2.5: (factor, exponent) = (25, exponent - 1)
        case ...5: factor = 5
        default: exponent += 1
        }
        let step = Double(factor) * pow(10, Double(exponent))
        let (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
        // Steps are wider than a billionth of the price, so that there are no longer numbers.
        guard abs(first) < 1e12, abs(last) < 1e12, last - first <= 100 else { return [] }
        let multiples = (Int64(first)...max(Int64(first), Int64(last))).filter { Double($0) * step <= high }
        let isPlain = isPlain(largest: max(abs(low), abs(high)), exponent: exponent)
        return multiples.map { multiple in
            Mark(
                value: Double(multiple) * step,
                text: PriceText.axis(Int128(multiple * factor), exponent: exponent, isPlain: isPlain)
            )
        }
    }

    /// Up to twelve digits before the point and twelve behind it.
    private static func isPlain(largest: Double, exponent: Int) -> Bool {
        largest < 1e12 && exponent >= -12 && Int(floor(log10(largest))) >= PriceText.plainOrders.lowerBound
    }
}
