import Domain
package import Identity

/// Which limits apply to whom: a pure table.
///
/// Limits count the user and not the key that a request came with: keys cost nothing, so a limit for each would be none.
/// Operators and admins have no limit on reading, on ordinary routes and on pages: whoever has to see to a station in
/// trouble asks a lot. On what costs money or starts work they have the same limits as everybody, because a stolen
/// credential would otherwise have none.
package struct LimitPolicy: Hashable, Sendable {
    package let figures: LimitFigures

    package init(_ figures: LimitFigures = LimitFigures()) { self.figures = figures }

    /// Whom a request is counted for: its user, or its address when nobody has logged in.
    ///
    /// Attempts to log in are always counted for the address.
    package func subject(_ limit: LimitClass, _ principal: Principal?, address: IPAddress?) -> LimitSubject {
        guard let principal, limit != .logIn else { return .address(address) }
        return .user(principal.userID)
    }

    /// The rules for a request; none when nothing limits it.
    package func rules(_ limit: LimitClass, _ principal: Principal?) -> [LimitRule] {
        let tier = LimitPolicy.tier(of: principal)
        switch limit {
        case .publicData:
            guard !LimitPolicy.isStaff(principal) else { return [] }
            return LimitPolicy.rules(
                "public",
                perMinute: figures.publicPerMinute[tier],
                perDay: figures.publicPerDay[tier]
            )
        case .modelBacked: return LimitPolicy.rules("model", perMinute: figures.modelPerMinute[tier])
        case .standard:
            guard !LimitPolicy.isStaff(principal) else { return [] }
            return principal == nil
                ? LimitPolicy.rules("anonymous", perHour: figures.anonymousPerHour)
                : LimitPolicy.rules("standard", perMinute: figures.standardPerMinute)
        case .projectCreate: return LimitPolicy.rules("project-create", perHour: figures.projectCreatePerHour)
        case .workflowStart: return LimitPolicy.rules("workflow-start", perHour: figures.workflowStartPerHour)
        case .charge: return LimitPolicy.rules("charge", perHour: figures.chargePerHour)
        case .logIn:
            return LimitPolicy.rules(
                "log-in",
                perMinute: figures.logInAddressPerMinute,
                perHour: figures.logInAddressPerHour
            )
        case .webhook: return LimitPolicy.rules("webhook", perMinute: figures.webhookPerMinute)
        case .operations:
            guard !LimitPolicy.isStaff(principal) else { return [] }
            return LimitPolicy.rules("operations", perMinute: figures.operationsPerMinute)
        }
    }

    /// The rules for attempts to log in to one account, wherever they come from.
    package var accountRules: [LimitRule] {
        LimitPolicy.rules(
            "account",
            perMinute: figures.logInAccountPerMinute,
            perHour: figures.logInAccountPerHour
        )
    }

    /// How much a subject may have under way at once; `nil` for no limit.
    package func atOnce(_ limit: LimitClass, _ principal: Principal?) -> Int? {
        guard limit == .modelBacked else { return nil }
        return LimitPolicy.bound(figures.modelAtOnce[LimitPolicy.tier(of: principal)])
    }

    /// How many symbols one request for data may name; `nil` for any number.
    package func symbolsMax(_ principal: Principal?) -> Int? {
        guard !LimitPolicy.isStaff(principal) else { return nil }
        return LimitPolicy.bound(figures.symbols[LimitPolicy.tier(of: principal)])
    }

    private static func isStaff(_ principal: Principal?) -> Bool { principal.map { $0.role >= .operator } ?? false }

    private static func tier(of principal: Principal?) -> Tier { principal?.tier ?? .free }

    private static func bound(_ figure: Int) -> Int? { figure > 0 ? figure : nil }

    private static func rules(_ name: String, perMinute: Int = 0, perHour: Int = 0, perDay: Int = 0) -> [LimitRule] {
        let all = [("minute", perMinute, 60), ("hour", perHour, 3600), ("day", perDay, 86_400)]
        return all.compactMap { span, count, seconds in
            bound(count).map { LimitRule("\(name)-\(span)", count: $0, window: .seconds(seconds)) }
        }
    }
}
