import Bus
import Domain

/// Which prices go when one of each interval is enough: a plain decision.
enum PriceThinning {
    /// - Parameters:
    ///   - times: when prices held, the oldest first.
    ///   - interval: of which one stays.
    /// - Returns: those that another one of the same interval follows: the last of each stays.
    static func superfluous(_ times: [Timestamp], _ interval: CandleInterval) -> [Timestamp] {
        zip(times, times.dropFirst()).filter { interval.start(of: $0) == interval.start(of: $1) }.map(\.0)
    }
}
