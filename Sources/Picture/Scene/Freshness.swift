package import Bus

/// Whether a figure may be shown as one of now.
package enum Freshness: Hashable, Sendable {
    case fresh
    case stale(ageSeconds: Int64)
    /// It says to come from the future: a clock is wrong, and its age is not known.
    case fromFuture

    /// Clocks of two machines differ by so much without being wrong.
    private static let skewSecondsMax: Int64 = 5

    /// - Parameters:
    ///   - asOf: when the figure was true.
    ///   - limitSeconds: how old it may be; just so old is fresh.
    ///   - now: the time of the picture.
    package init(asOf: Timestamp, limitSeconds: Int, now: Timestamp) {
        let age = asOf.duration(to: now)
        self =
            if age < .seconds(-Freshness.skewSecondsMax) {
                .fromFuture
            } else if age > .seconds(limitSeconds) {
                .stale(ageSeconds: age.components.seconds)
            } else {
                .fresh
            }
    }

    /// An age in its largest unit, such as `7 min`; rounded down.
    package static func ageText(seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(max(0, seconds)) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
