package import Bus

/// How much time one candle covers.
package enum CandleInterval: String, Codable, Hashable, Sendable, CaseIterable {
    case oneMinute = "1m"
    case threeMinutes = "3m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case thirtyMinutes = "30m"
    case oneHour = "1h"
    case twoHours = "2h"
    case fourHours = "4h"
    case sixHours = "6h"
    case eightHours = "8h"
    case twelveHours = "12h"
    case oneDay = "1d"
    case oneWeek = "1w"

    package var seconds: Int64 {
        switch self {
        case .oneMinute: 60
        case .threeMinutes: 180
        case .fiveMinutes: 300
        case .fifteenMinutes: 900
        case .thirtyMinutes: 1800
        case .oneHour: 3600
        case .twoHours: 7200
        case .fourHours: 14_400
        case .sixHours: 21_600
        case .eightHours: 28_800
        case .twelveHours: 43_200
        case .oneDay: 86_400
        case .oneWeek: 604_800
        }
    }

    package var duration: Duration { .seconds(seconds) }

    /// The interval of so many seconds.
    package init?(seconds: Int64) {
        guard let match = CandleInterval.allCases.first(where: { $0.seconds == seconds }) else { return nil }
        self = match
    }

    /// Whether a candle may open at that time: a whole number of intervals since 1970, weeks from Monday, all in UTC.
    package func isOpening(_ time: Timestamp) -> Bool { start(of: time) == time }

    /// When the candle opened that contains a moment.
    package func start(of time: Timestamp) -> Timestamp {
        // The first Monday was the fourth day after 1970-01-01.
        let phase: Int64 = self == .oneWeek ? 4 * 86_400 * 1_000_000_000 : 0
        let length = seconds * 1_000_000_000
        // Within an interval of the first moment that there is, nothing opens.
        guard time.nanoseconds >= .min + length + phase else { return Timestamp(nanoseconds: .min) }
        let since = (time.nanoseconds - phase) % length
        return Timestamp(nanoseconds: time.nanoseconds - (since < 0 ? since + length : since))
    }
}
