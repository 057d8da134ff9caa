import Bus
import BusZeroMQ
import Credits
import Domain
import Identity
import JSON
import Store

/// `credits.*`: what people have, for administrators; operators let those spend again who were paused.
struct CreditMethods {
    let desk: CreditDesk
    let identity: IdentityDesk
    let now: @Sendable () -> Timestamp

    /// More than anybody is given by hand.
    private static let grantMax: Int64 = 10_000_000

    var all: [ControlMethod] {
        [
            .reading("credits.show", role: .admin) { call throws(JSONRPCError) in try await show(call.params) },
            .reading("credits.overview", role: .admin) { call throws(JSONRPCError) in try await overview(call.params) },
            .changing("credits.grant", role: .admin) { call throws(JSONRPCError) in try await grant(call.params) },
            .changing("credits.resume", role: .operator) { call throws(JSONRPCError) in try await resume(call) },
        ]
    }

    private func show(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("user", "limit")
        let limit = Int(try params.number("limit", in: 1...500, otherwise: 20))
        let (desk, user) = (desk, try await user(params))
        let (account, entries) = try await asking { () throws(CreditError) in
            (try await desk.account(of: user.id), try await desk.entries(of: user.id, limit: limit))
        }
        return [
            "user": .string(user.email),
            "balance": .int(account.balance),
            "held": .int(account.held),
            "available": .int(account.available),
            "low": .bool(desk.settings.review.isLow(account.balance)),
            "pausedAt": account.pausedAt.map { .string("\($0)") } ?? .null,
            "count": .int(account.entryCount),
            "entries": .array(
                entries.map { entry in
                    [
                        "id": .string("\(entry.id)"), "delta": .int(entry.delta),
                        "provider": .string(entry.source.rawValue), "reason": .string(entry.reason),
                        "balanceAfter": .int(entry.balanceAfter), "createdAt": .string("\(entry.createdAt)"),
                    ]
                }
            ),
        ]
    }

    private func grant(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("user", "credits", "reason", "cause")
        let credits = try params.number("credits", in: -Self.grantMax...Self.grantMax)
        guard credits != 0 else { throw .badParameters("credits", "credits must not be 0") }
        let reason = try params.text("reason", sizeBytesMax: 200)
        // Whoever names what it is for may ask again without giving twice.
        let cause = try params.optionalText("cause", sizeBytesMax: 100) ?? newCause()
        let (desk, user) = (desk, try await user(params))
        let (isNew, account) = try await asking { () throws(CreditError) in
            let isNew = try await desk.grant(
                credits,
                to: user.id,
                from: credits > 0 ? .bonus : .refund,
                cause: "admin:\(cause)",
                reason: reason
            )
            return (isNew, try await desk.account(of: user.id))
        }
        return ["user": .string(user.email), "granted": .bool(isNew), "balance": .int(account.balance)]
    }

    private func resume(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("user")
        let (desk, user, caller) = (desk, try await user(call.params), call.caller.name)
        let wasPaused = try await asking { () throws(CreditError) in try await desk.resume(user.id, by: caller) }
        return ["user": .string(user.email), "resumed": .bool(wasPaused)]
    }

    /// Accounts whose spending is paused that an overview names.
    private static let pausedMax = 100

    private func overview(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("days")
        let days = try params.number("days", in: 1...3650, otherwise: 30)
        let (desk, start) = (desk, now().advanced(by: .seconds(-86_400 * days)))
        let (overview, paused) = try await asking { () throws(CreditError) in
            (try await desk.overview(since: start), try await desk.paused(limit: CreditMethods.pausedMax))
        }
        return [
            "days": .int(days),
            "accounts": .int(overview.accounts),
            "balance": .int(overview.balance),
            "held": .int(overview.held),
            "charges": .int(overview.charges),
            "charged": .int(overview.charged),
            "averageCharge": overview.charges > 0
                ? .double(Double(overview.charged) / Double(overview.charges)) : .null,
            "byProvider": .array(
                overview.bySource.map { sum in
                    [
                        "provider": .string(sum.source.rawValue), "delta": .int(sum.delta),
                        "entries": .int(sum.entries),
                    ]
                }
            ),
            "pausedCount": .int(Int64(paused.count)),
            "paused": .array(
                paused.accounts.map { ["user": .string("\($0.userID)"), "since": .string("\($0.since)")] }
            ),
            "topUsers": .array(
                overview.topSpenders.map { ["user": .string("\($0.userID)"), "spent": .int($0.spent)] }
            ),
        ]
    }

    // MARK: Helpers

    /// One that nothing else has.
    private func newCause() -> String {
        var ids = UUIDv7Generator()
        return "\(ids.next(at: now()))"
    }

    /// The account that is meant: by its email or its id.
    private func user(_ params: ControlParameters) async throws(JSONRPCError) -> UserAccount {
        let text = try params.text("user", sizeBytesMax: 254)
        do throws(IdentityError) {
            if let id = UUIDv7(text) { return try await identity.user(id) }
            return try await identity.user(email: text)
        } catch {
            throw JSONRPCError(error)
        }
    }

    private func asking<Value: Sendable>(
        _ body: () async throws(CreditError) -> Value
    ) async throws(JSONRPCError) -> Value {
        do throws(CreditError) {
            return try await body()
        } catch {
            switch error {
            case .store(let error) where error.disposition == .retry:
                throw .unavailable("the database does not answer")
            case .badAmount: throw .badParameters("credits", "the amount makes no sense")
            default: throw .failedInside("credits: \(error)")
            }
        }
    }
}
