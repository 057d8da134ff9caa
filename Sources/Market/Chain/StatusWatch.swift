/// Tells of changes of how providers are doing that have lasted for a while, as a value: whoever goes to and fro is told
/// of once.
package struct StatusWatch: Sendable {
    package struct Settings: Hashable, Sendable {
        /// How long something has to be worse before it is told.
        package var worseAfter: Duration = .seconds(2)
        /// How long something has to be better before it is told.
        package var betterAfter: Duration = .seconds(30)

        package init() {}
    }

    /// What is told of one provider.
    package struct Change: Hashable, Sendable {
        package let from: PoolMemberStatus
        package let to: PoolMemberStatus
    }

    private struct Watched {
        var told: PoolMemberStatus
        /// Whether it has been worse or better than what was told, and since when.
        var trend: (isWorse: Bool, since: Duration)?
    }

    private let settings: Settings
    private var watched: [String: Watched] = [:]

    package init(settings: Settings = Settings()) { self.settings = settings }

    /// Notes how a provider is doing.
    ///
    /// - Parameters:
    ///   - name: the provider.
    ///   - status: how it is doing now.
    ///   - now: time since some fixed start.
    /// - Returns: what there is to tell, if anything; nothing when it is seen for the first time.
    package mutating func observe(_ name: String, _ status: PoolMemberStatus, at now: Duration) -> Change? {
        guard var one = watched[name] else {
            watched[name] = Watched(told: status)
            return nil
        }
        defer { watched[name] = one }
        guard status != one.told else {
            one.trend = nil
            return nil
        }
        let isWorse = status.severity > one.told.severity
        let since = one.trend.flatMap { $0.isWorse == isWorse ? $0.since : nil } ?? now
        one.trend = (isWorse, since)
        guard now - since >= (isWorse ? settings.worseAfter : settings.betterAfter) else { return nil }
        let change = Change(from: one.told, to: status)
        one = Watched(told: status)
        return change
    }
}
