import CSodium

/// An account of Solana: 32 bytes, a public key or an address that a program derived.
package struct SolanaAddress: Hashable, Sendable {
    let storage: Bytes32

    init(storage: Bytes32) { self.storage = storage }

    /// - Returns: `nil` for any other number of bytes than 32.
    package init?(bytes: some Collection<UInt8>) {
        guard let storage = Bytes32(bytes) else { return nil }
        self.storage = storage
    }

    package var bytes: [UInt8] { storage.bytes }

    /// Whether there may be a secret key for it; what a program derives lies off the curve on purpose.
    ///
    /// An addition tells whether the bytes are a point. libsodium's own check of a point also wants the prime-order
    /// group, which the chain does not.
    package var isOnCurve: Bool {
        Sodium.start()
        var isPoint = false
        _ = Bytes32 { sum in
            isPoint = storage.withUnsafePointer { key in
                SolanaAddress.basePoint.withUnsafePointer { crypto_core_ed25519_add(sum, key, $0) } == 0
            }
        }
        return isPoint
    }

    /// The generator of the group: y = 4/5.
    private static let basePoint = Bytes32 { bytes in
        bytes.initialize(repeating: 0x66, count: 32)
        bytes[0] = 0x58
    }
}

extension SolanaAddress: Comparable {
    /// In the order of their bytes, which is not that of their texts.
    package static func < (left: SolanaAddress, right: SolanaAddress) -> Bool { left.storage < right.storage }
}

extension SolanaAddress: LosslessStringConvertible {
    /// Reads base58 of exactly 32 bytes.
    package init?(_ description: String) { self.init(base58: description) }

    /// As above, from any kind of text.
    package init?(base58 text: some StringProtocol) {
        guard let bytes = Base58.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    package var description: String { storage.withUnsafeBytes { Base58.encode($0) } }
}
