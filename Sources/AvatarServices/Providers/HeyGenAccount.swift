import Domain
import JSON

/// What HeyGen's third interface tells of the money that is left.
struct HeyGenAccount {
    let line: AvatarLine

    /// - Throws: `AvatarError` with `.malformed` when none of the three ways to pay is told of.
    func quota(_ account: JSONValue) throws(AvatarError) -> AvatarQuota {
        if let wallet = account.told("wallet") {
            let unit: AvatarQuota.Unit = wallet["currency"]?.string == "credits" ? .credits : .dollars
            return AvatarQuota(left: try amount(wallet["remaining_balance"]), unit: unit)
        }
        if let credits = account.told("subscription")?.told("credits") {
            let premium = try left(credits, "premium_credits")
            guard let sum = premium.adding(try left(credits, "add_on_credits")) else {
                throw line.malformed("the account's credits are none")
            }
            return AvatarQuota(left: sum, unit: .credits)
        }
        if let usage = account.told("usage_based") {
            guard let cap = usage.told("spending_cap_usd") else { return AvatarQuota(left: nil, unit: .dollars) }
            let spent = try amount(usage["spending_current_usd"])
            guard let left = try amount(cap).adding(spent.negated) else {
                throw line.malformed("the account's amounts are none")
            }
            return AvatarQuota(left: left.isNegative ? .zero : left, unit: .dollars)
        }
        throw line.malformed("the account does not say how it pays")
    }

    private func left(_ credits: JSONValue, _ pool: String) throws(AvatarError) -> ExactDecimal {
        guard let remaining = credits.told(pool)?.told("remaining") else { return .zero }
        return try amount(remaining)
    }

    private func amount(_ value: JSONValue?) throws(AvatarError) -> ExactDecimal {
        guard let amount = value?.exactDecimal else { throw line.malformed("the account's amount is none") }
        return amount
    }
}
