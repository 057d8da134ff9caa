import Domain
import JSON

/// What a transaction did to a wallet, asset by asset, with what went out and came back counted against each other.
struct HeliusLegs {
    enum Problem: Error {
        case unreadable
        case fraction
    }

    private var nets: [AssetAmount] = []
    /// More than this has no traded transaction.
    private static let assetsMax = 64

    /// A token account's deposit is 0.00204 SOL; a row may open two.
    private static let depositMax = ExactDecimal(significand: 5, scale: 3)

    var isEmpty: Bool { nets.allSatisfy(\.quantity.isZero) }

    /// `nil` when nothing was given, or nothing was taken.
    var swap: WalletTransaction.Kind? {
        let (sold, bought) = sides
        return sold.isEmpty || bought.isEmpty ? nil : .swap(sold: sold, bought: bought)
    }

    var isExchange: Bool {
        let (sold, bought) = sides
        let isDeposit = sold.count == 1 && sold[0].asset == AssetAmount.sol && sold[0].quantity <= HeliusLegs.depositMax
        return !sold.isEmpty && !bought.isEmpty && !isDeposit
    }

    private var sides: (sold: [AssetAmount], bought: [AssetAmount]) {
        (
            nets.filter { $0.quantity.isNegative }
                .map { AssetAmount($0.asset, $0.quantity.negated, decimals: $0.decimals) },
            nets.filter { $0.quantity.isPositive }
        )
    }

    mutating func addSOL(_ lamports: Int128, _ sign: Int128) throws(Problem) {
        let quantity = ExactDecimal(significand: lamports * sign, scale: AssetAmount.solDecimals)
        try add(AssetAmount.sol, quantity, decimals: AssetAmount.solDecimals)
    }

    mutating func add(_ asset: String?, _ quantity: ExactDecimal, decimals: Int) throws(Problem) {
        guard let asset, (1...64).contains(asset.utf8.count), decimals <= AssetAmount.decimalsMax else {
            throw .unreadable
        }
        let added = AssetAmount(asset, quantity, decimals: decimals)
        guard let place = nets.firstIndex(where: { $0.asset == added.asset }) else {
            guard nets.count < HeliusLegs.assetsMax else { throw .unreadable }
            nets.append(added)
            return
        }
        guard let sum = nets[place].quantity.adding(quantity) else { throw .unreadable }
        nets[place] = AssetAmount(added.asset, sum, decimals: max(nets[place].decimals, decimals))
    }

    // MARK: Amounts

    /// Base units, as a whole number or as a text of one.
    static func whole(_ cell: JSONCell?) throws(Problem) -> Int128 {
        if let number = cell?.int { return Int128(number) }
        // No chain has amounts of more than 64 bits.
        guard let text = cell?.plainText, let value = ExactDecimal(utf8: text), value.scale == 0,
            value.significand.magnitude <= UInt128(UInt64.max)
        else { throw .unreadable }
        return value.significand
    }

    /// Whole tokens, never below none.
    static func written(_ cell: JSONCell?) throws(Problem) -> ExactDecimal {
        guard let cell else { throw .unreadable }
        if let number = cell.int {
            guard number >= 0 else { throw .unreadable }
            return ExactDecimal(significand: Int128(number), scale: 0)
        }
        if cell.kind == .number { throw .fraction }
        guard let text = cell.plainText, let value = ExactDecimal(utf8: text), !value.isNegative else {
            throw .unreadable
        }
        return value
    }
}
