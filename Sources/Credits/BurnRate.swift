package import Bus

/// How fast all accounts together spend, against how fast they used to: a plain value.
///
/// It knows what was spent in whole hours and is told of those that it lacks, so that the ledger is read once.
package struct BurnRate: Hashable, Sendable {
    package enum Reading: Hashable, Sendable {
        /// So many per cent more than before; less than nothing where it is less.
        case rise(percent: Double)
        /// There is too little to compare with.
        case tooShort(hours: Int)
    }

    /// The hours that the last one is compared with: seven days.
    package static let hoursMax: Int64 = 168
    /// With fewer hours since the first charge among them there is no comparison.
    package static let hoursMin = 24

    /// Credits spent, by the number of the hour since 1970.
    private var hours: [Int64: Int64] = [:]

    package init() {}

    /// The hours to compare with: the newest had ended an hour ago.
    private static func window(at now: Timestamp) -> Range<Int64> {
        let end = now.nanoseconds / nanosecondsOfHour - 1
        return end - hoursMax..<end
    }

    package static let nanosecondsOfHour: Int64 = 3_600_000_000_000

    /// The oldest hours that it does not know and has to, at most a day of them; `nil` when it knows them all.
    package func missing(at now: Timestamp) -> Range<Int64>? {
        let window = BurnRate.window(at: now)
        guard let first = window.first(where: { hours[$0] == nil }) else { return nil }
        return first..<min(first + 24, window.upperBound)
    }

    /// Takes in what was spent in some hours.
    ///
    /// - Parameters:
    ///   - range: which hours; in those that `spent` does not name it was nothing.
    ///   - spent: credits by hour.
    ///   - now: what has become too old by then is forgotten.
    package mutating func note(_ range: Range<Int64>, _ spent: [Int64: Int64], at now: Timestamp) {
        for hour in range { hours[hour] = spent[hour] ?? 0 }
        let window = BurnRate.window(at: now)
        hours = hours.filter { window.contains($0.key) }
    }

    /// How the last hour compares with the mean hour before it.
    ///
    /// - Parameters:
    ///   - lastHour: credits spent within the last hour.
    ///   - floor: fewer are no rise, however little it was before.
    ///   - now: when the last hour ends.
    /// - Returns: the rise, if there is enough to compare with.
    package func reading(lastHour: Int64, floor: Int64, at now: Timestamp) -> Reading {
        let window = BurnRate.window(at: now)
        // Before the first charge nobody was there.
        guard let first = window.first(where: { (hours[$0] ?? 0) > 0 }), window.upperBound - first >= BurnRate.hoursMin
        else { return .tooShort(hours: window.first { (hours[$0] ?? 0) > 0 }.map { Int(window.upperBound - $0) } ?? 0) }
        guard lastHour >= floor else { return .rise(percent: 0) }
        let total = (first..<window.upperBound).reduce(Int64(0)) { $0 + (hours[$1] ?? 0) }
        let mean = Double(total) / Double(window.upperBound - first)
        return .rise(percent: (Double(lastHour) / mean - 1) * 100)
    }
}
