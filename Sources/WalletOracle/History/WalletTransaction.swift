package import Bus

/// What one transaction did, seen from one wallet.
package struct WalletTransaction: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// What left the wallet against what came in; each asset stands on one side only, and no side is empty.
        case swap(sold: [AssetAmount], bought: [AssetAmount])
        case transfer
        case burn
        case other
    }

    package let signature: String
    package let slot: Int64
    package let time: Timestamp
    package let kind: Kind
    /// It is on the chain, but did nothing beyond costing its fee.
    package let isFailed: Bool

    package init(signature: String, slot: Int64, time: Timestamp, kind: Kind, isFailed: Bool = false) {
        self.signature = signature
        self.slot = slot
        self.time = time
        self.kind = kind
        self.isFailed = isFailed
    }
}
