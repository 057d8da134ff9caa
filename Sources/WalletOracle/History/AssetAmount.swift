package import Domain

/// How much of one asset moved, exactly.
package struct AssetAmount: Hashable, Sendable {
    /// The mint in base58, or `AssetAmount.sol`; wrapped SOL is SOL.
    package let asset: String
    /// In whole tokens; never below zero.
    package let quantity: ExactDecimal
    /// How many digits behind the point the asset has.
    package let decimals: Int

    /// The chain's own coin, which has no mint.
    package static let sol = "SOL"
    package static let wrappedSOL = "So11111111111111111111111111111111111111112"
    package static let solDecimals = 9
    /// More digits are taken for a misreading; the tokens that are traded have 0 to 9.
    package static let decimalsMax = 18

    package init(_ asset: String, units: Int128, decimals: Int) {
        self.init(asset, ExactDecimal(significand: units, scale: decimals), decimals: decimals)
    }

    package init(_ asset: String, _ quantity: ExactDecimal, decimals: Int) {
        self.asset = asset == AssetAmount.wrappedSOL ? AssetAmount.sol : asset
        self.quantity = quantity
        self.decimals = decimals
    }

    /// In the smallest units that the chain counts; `nil` when it has more digits than the asset.
    package var units: Int128? { quantity.significand(ofScale: decimals) }
}
