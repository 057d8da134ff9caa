import CSodium

/// Signatures of Solana keys, checked strictly.
///
/// Some keys make signatures worthless: for the eight points of small order, among them the address of 32 zero bytes,
/// anybody can make a signature that a lax check accepts. Such keys are refused here before anything else.
package enum Ed25519 {
    /// Checks that the owner of a key has signed a message.
    ///
    /// Allocates nothing, and costs what libsodium's own check does.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - message: All that was signed.
    ///   - key: The public key, which is a wallet's address.
    /// - Throws: Why the signature does not count. The more precise reasons are looked for only after a failure.
    package static func verify(
        _ signature: SolanaSignature,
        of message: UnsafeRawBufferPointer,
        by key: SolanaAddress
    ) throws(Refusal) {
        Sodium.start()
        if let refusal = flaw(of: key.storage) { throw refusal }
        let answer = signature.withUnsafePointer { signature in
            key.storage.withUnsafePointer { key in
                let start = message.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return crypto_sign_verify_detached(signature, start, UInt64(message.count), key)
            }
        }
        guard answer == 0 else { throw reason(signature, key) }
    }

    /// As above, of the bytes of an array.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - message: All that was signed.
    ///   - key: The public key, which is a wallet's address.
    /// - Throws: Why the signature does not count.
    package static func verify(_ signature: SolanaSignature, of message: [UInt8], by key: SolanaAddress)
        throws(Refusal)
    {
        try message.withUnsafeBufferPointer { (message) throws(Refusal) in
            try verify(signature, of: UnsafeRawBufferPointer(message), by: key)
        }
    }

    // MARK: - Reasons

    /// What makes a key worthless whatever it has signed.
    private static func flaw(of key: Bytes32) -> Refusal? {
        let (first, second, third, last) = key.littleEndian
        // The highest bit is the sign of x; what is left is y.
        let fourth = last & 0x7fff_ffff_ffff_ffff
        switch (first, second, third, fourth) {
        // y = 0, y = 1, y = -1, and the two y of order eight; of either sign.
        case (0, 0, 0, 0), (1, 0, 0, 0), (0xffff_ffff_ffff_ffec, .max, .max, 0x7fff_ffff_ffff_ffff),
            (0x4fd8_4d3d_706a_17c7, 0x0f67_100d_760b_3cba, 0xc6cc_392c_fa53_202a, 0x7a03_ac92_77fd_c74e),
            (0xb027_b2c2_8f95_e826, 0xf098_eff2_89f4_c345, 0x3933_c6d3_05ac_dfd5, 0x05fc_536d_8802_38b1):
            return .smallOrderKey
        // Not less than the prime 2^255 - 19: another way to write a smaller y.
        case (0xffff_ffff_ffff_ffed..., .max, .max, 0x7fff_ffff_ffff_ffff): return .nonCanonicalKey
        default: return nil
        }
    }

    private static func reason(_ signature: SolanaSignature, _ key: SolanaAddress) -> Refusal {
        guard key.isOnCurve else { return .notOnCurve }
        let (first, second, third, fourth) = signature.scalar.littleEndian
        // The order of the group, the highest word first.
        let order: (UInt64, UInt64, UInt64, UInt64) = (
            0x1000_0000_0000_0000, 0, 0x14de_f9de_a2f7_9cd6, 0x5812_631a_5cf5_d3ed
        )
        guard (fourth, third, second, first) < order else { return .nonCanonicalSignature }
        return flaw(of: signature.point) == .smallOrderKey ? .smallOrderSignature : .badSignature
    }
}
