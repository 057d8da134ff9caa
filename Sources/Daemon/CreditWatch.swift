import Actors
import Bus
import Credits
import Threading

/// What was last seen of all accounts together, for alerts and metrics: they ask often, and wait for no database.
final class CreditWatch: Sendable {
    private struct State {
        var burn = BurnRate()
        var lastHour: Int64 = 0
        var paused: (accounts: [CreditPause], count: Int) = ([], 0)
        var seenAt: Timestamp?
    }

    /// How long a look says something.
    private static let freshFor: Duration = .seconds(300)
    /// Accounts that an alert names.
    private static let namedMax = 5

    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// Looks at the store; after a start several times until the last seven days are known.
    ///
    /// - Throws: `CreditError.store`.
    func look(at desk: CreditDesk) async throws(CreditError) {
        let time = now()
        let paused = try await desk.paused(limit: CreditWatch.namedMax)
        let lastHour = try await desk.spent(since: time.advanced(by: .seconds(-3600)))
        // Seven days are read in eight pieces at most.
        for _ in 0..<8 {
            guard let hours = state.withLock({ $0.burn.missing(at: time) }) else { break }
            let spent = try await desk.spent(in: hours)
            state.withLock { $0.burn.note(hours, spent, at: time) }
        }
        state.withLock { state in
            state.paused = paused
            state.lastHour = lastHour
            state.seenAt = time
        }
    }

    /// Accounts whose spending is paused.
    var pausedCount: Int { state.withLock { $0.paused.count } }

    /// Credits that all accounts have spent in the last hour.
    var lastHour: Int64 { state.withLock { $0.lastHour } }

    var pausedReading: AlertReading {
        reading { state in
            let names = state.paused.accounts.map { "\($0.userID)" }
            let more = state.paused.count > names.count ? [" and \(state.paused.count - names.count) more"] : []
            let detail = names.joined(separator: ", ") + more.joined()
            return .value(Double(state.paused.count), of: names.isEmpty ? nil : detail)
        }
    }

    /// By how many per cent more is spent than before.
    ///
    /// - Parameter floor: fewer credits in an hour are no rise.
    /// - Returns: the reading, with the credits of the last hour.
    func burnReading(floor: Int64) -> AlertReading {
        let time = now()
        return reading { state in
            switch state.burn.reading(lastHour: state.lastHour, floor: floor, at: time) {
            case .rise(let percent): .value(percent, of: "\(state.lastHour) credits in an hour")
            case .tooShort(let hours):
                .missing("credits have been spent for \(hours) hours, and it takes \(BurnRate.hoursMin)")
            }
        }
    }

    private func reading(_ body: (State) -> AlertReading) -> AlertReading {
        let time = now()
        return state.withLock { state in
            guard let seen = state.seenAt else { return .missing("credits have not been looked at yet") }
            guard seen.duration(to: time) <= CreditWatch.freshFor else {
                return .missing("credits could not be looked at since \(seen)")
            }
            return body(state)
        }
    }
}
