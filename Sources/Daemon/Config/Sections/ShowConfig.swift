import Domain
import Show

/// The `[show]` section: what is on at which minute of the hour.
package struct ShowConfig: ConfigSection {
    /// From which minute on, and what: `headlines`, `market`, `talk` or `ident`.
    package var hour = FormatClock.standardHour

    package static var reloadableKeys: Set<String> { ["hour"] }

    package init() {}

    /// The plan as hosts read it.
    ///
    /// What is wrong with it is told by `problems()`, and no station starts or goes on with that.
    var format: FormatClock {
        do throws(FormatClock.Fault) {
            return try FormatClock(hour)
        } catch {
            return .standard
        }
    }

    package func problems() -> [ConfigProblem] {
        do throws(FormatClock.Fault) {
            _ = try FormatClock(hour)
            return []
        } catch {
            let kinds = PartKind.allCases.map(\.rawValue).joined(separator: ", ")
            let problem: ConfigProblem =
                switch error {
                case .empty: .invalid("hour", "must not be empty")
                case .lateStart: .invalid(ConfigPath("hour").index(0), "must begin with minute 00")
                case .malformed(let place):
                    .invalid(
                        ConfigPath("hour").index(place),
                        "must be a minute of two digits, 00 to 59, a space, and one of \(kinds)"
                    )
                case .calls(let place):
                    .invalid(ConfigPath("hour").index(place), "there are no calls on this station yet")
                case .order(let place):
                    .invalid(ConfigPath("hour").index(place), "must be a later minute than the one before")
                }
            return [problem]
        }
    }
}
