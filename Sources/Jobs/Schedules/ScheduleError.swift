package import Store

/// Why something could not be done with a schedule.
package enum ScheduleError: Error, Sendable, CustomStringConvertible {
    /// A field of the definition, and what would be allowed.
    case invalid(_ field: String, _ allowed: String)
    case cron(CronError)
    case timeZone(TimeZoneError)
    /// There is no schedule of this name.
    case unknown(String)
    /// It was changed by somebody else again and again meanwhile.
    case contended(String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .invalid(let field, let allowed): "\(field) is not allowed; allowed: \(allowed)"
        case .cron(let error): "cron: \(error)"
        case .timeZone(let error): "time zone: \(error)"
        case .unknown(let name): "there is no schedule \(name.prefix(64))"
        case .contended(let name): "the schedule \(name.prefix(64)) is being changed by somebody else; try again"
        case .store(let error): error.description
        }
    }

    /// Translates what a unit of work threw.
    init(_ error: any Error) {
        switch error {
        case let error as ScheduleError: self = error
        case let error as StoreError: self = .store(error)
        default: self = .store(StoreError(.failed, "schedules", detail: "\(error)"))
        }
    }
}
