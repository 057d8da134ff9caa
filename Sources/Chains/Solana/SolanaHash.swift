/// A hash of the chain, such as that of a recent block, without which no transaction lands.
package struct SolanaHash: Hashable, Sendable {
    let storage: Bytes32

    /// The hash of no block: a transaction that names it can never land.
    package static let zero = SolanaHash(storage: .zero)

    private init(storage: Bytes32) { self.storage = storage }

    /// - Returns: `nil` for any other number of bytes than 32.
    package init?(bytes: some Collection<UInt8>) {
        guard let storage = Bytes32(bytes) else { return nil }
        self.storage = storage
    }

    package var bytes: [UInt8] { storage.bytes }
}

extension SolanaHash: LosslessStringConvertible {
    /// Reads base58 of exactly 32 bytes.
    package init?(_ description: String) {
        guard let bytes = Base58.decode(description) else { return nil }
        self.init(bytes: bytes)
    }

    package var description: String { storage.withUnsafeBytes { Base58.encode($0) } }
}
