import Bus
import Domain

/// What stands on one side of a swap: money, and tokens.
struct SwapSide {
    /// All money of this side; `nil` when one of the prices is unknown.
    let money: Dollars?
    let tokens: [AssetAmount]
    let isAllMoney: Bool
    /// What each token is worth; `nil` where that is unknown.
    private let values: [Dollars?]

    init(_ amounts: [AssetAmount], _ quotes: Set<String>, at time: Timestamp, _ price: TradeBook.Pricing) {
        var (money, tokens, values) = (Dollars?.some(.zero), [AssetAmount](), [Dollars?]())
        for amount in amounts {
            let value = price(amount.asset, time).flatMap { Dollars(amount.quantity, at: $0) }
            if quotes.contains(amount.asset) {
                money = money.flatMap { sum in value.map { sum + $0 } }
            } else {
                tokens.append(amount)
                values.append(value)
            }
        }
        self.money = money
        self.tokens = tokens
        self.values = values
        isAllMoney = tokens.isEmpty
    }

    /// What all tokens are worth; `nil` when one is unknown.
    private var tokenValue: Dollars? {
        values.reduce(Dollars?.some(.zero)) { sum, value in sum.flatMap { sum in value.map { sum + $0 } } }
    }

    private var total: Dollars? { money.flatMap { money in tokenValue.map { $0 + money } } }

    /// What changed hands: the side that is money tells it best, and of two alike the one that was given.
    static func value(_ given: SwapSide, _ taken: SwapSide) -> Dollars? {
        let sides = given.isAllMoney || !taken.isAllMoney ? [given, taken] : [taken, given]
        return sides.lazy.compactMap(\.total).first
    }

    /// What all tokens that were given brought in, and what all that were taken cost.
    ///
    /// Money on both sides, such as a deposit for a new account, is counted against each other. Where tokens are swapped
    /// for tokens, the value of one side is needed.
    static func totals(_ given: SwapSide, _ taken: SwapSide) -> (proceeds: Dollars?, cost: Dollars?) {
        let received = taken.money.flatMap { money in given.money.map { money - $0 } }
        if given.isAllMoney { return (nil, received.map { .zero - $0 }) }
        if taken.isAllMoney { return (received, nil) }
        if let value = given.tokenValue { return (value, received.map { value - $0 }) }
        if let value = taken.tokenValue { return (received.map { value + $0 }, value) }
        return (nil, nil)
    }

    /// The part of a total that one token stands for: all of it, or by what the tokens are worth.
    func share(of index: Int, in total: Dollars?) -> Dollars? {
        guard tokens.count > 1 else { return total }
        guard let total, let value = values[index], let sum = tokenValue else { return nil }
        return total.share(value.pico, of: sum.pico)
    }
}
