/// The deepest fall of summed profits below their peak.
///
/// Profits alone have no size to compare with, so the peak is taken together with the most money that was in tokens at
/// one moment up to then. Whoever pays in again after a loss may lose more than that: the fall is 1 then, not more.
struct DrawdownMeter {
    private var stake = Dollars.zero
    private var sum = Dollars.zero
    private var peak = Dollars.zero
    private(set) var deepest: Ratio? = nil

    mutating func note(atStake cost: Dollars) { stake = max(stake, cost) }

    mutating func note(profit: Dollars) {
        sum = sum + profit
        peak = max(peak, sum)
        guard let fall = Ratio(peak.pico - sum.pico, of: stake.pico + peak.pico) else { return }
        deepest = max(deepest ?? .zero, min(fall, Ratio(percent: 100)))
    }
}
