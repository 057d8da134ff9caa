import Bus
import Domain
import WalletOracle

/// Swaps for tests, with prices that are easy to reckon with.
enum Swaps {
    static let usdc = OracleAssets.usdc
    static let bonk = "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263"

    static func amount(_ asset: String, _ quantity: String) -> AssetAmount {
        AssetAmount(asset, ExactDecimal(quantity) ?? .zero, decimals: 9)
    }

    static func at(_ seconds: Int64, _ sold: [(String, String)], _ bought: [(String, String)]) -> WalletTransaction {
        WalletTransaction(
            signature: "s\(seconds)",
            slot: seconds,
            time: Timestamp(seconds: seconds),
            kind: .swap(sold: sold.map(amount), bought: bought.map(amount))
        )
    }

    static func buy(_ asset: String, _ quantity: String, for dollars: String, at seconds: Int64) -> WalletTransaction {
        at(seconds, [(usdc, dollars)], [(asset, quantity)])
    }

    static func sell(_ asset: String, _ quantity: String, for dollars: String, at seconds: Int64) -> WalletTransaction {
        at(seconds, [(asset, quantity)], [(usdc, dollars)])
    }

    /// A dollar is a dollar, SOL costs 200, and nothing else has a price.
    static func price(_ asset: String, _ time: Timestamp) -> ExactDecimal? {
        asset == usdc ? ExactDecimal(1) : asset == AssetAmount.sol ? ExactDecimal(200) : nil
    }
}
