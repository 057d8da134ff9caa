extension SolanaSignedText.Form: LosslessStringConvertible {
    /// Reads `plain`, `offchain`, `envelope:BASE64` and `transaction:BASE64`.
    package init?(_ description: String) {
        let parts = description.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts[0], parts.count) {
        case ("plain", 1): self = .plain
        case ("offchain", 1): self = .offchain
        case ("envelope", 2):
            guard let bytes = Base64.decode(String(parts[1])) else { return nil }
            self = .envelope(bytes)
        case ("transaction", 2):
            guard let bytes = Base64.decode(String(parts[1])) else { return nil }
            self = .transaction(bytes)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .plain: "plain"
        case .offchain: "offchain"
        case .envelope(let bytes): "envelope:\(Base64.encode(bytes))"
        case .transaction(let bytes): "transaction:\(Base64.encode(bytes))"
        }
    }
}
