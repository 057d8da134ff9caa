/// The standard deviation of numbers that come one after the other, by Welford's sums.
struct SpreadMeter {
    private var count = 0
    private var mean = 0.0
    private var squares = 0.0

    mutating func note(_ value: Double) {
        count += 1
        let step = value - mean
        mean += step / Double(count)
        squares += step * (value - mean)
    }

    /// Of a sample, so the divisor is one less than their number; `nil` for fewer than two.
    var deviation: Double? { count < 2 ? nil : (squares / Double(count - 1)).squareRoot() }
}
