import CSecp256k1

/// Signatures of Ethereum wallets, from which the signer's address comes out.
package enum Secp256k1 {
    /// Made once; recovery only reads it, so threads share it.
    private nonisolated(unsafe) static let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))

    /// Finds who has signed a hash.
    ///
    /// - Parameters:
    ///   - signature: r, s and v: 32, 32 and one byte. v is 0 or 1, or 27 or 28.
    ///   - hash: The 32 bytes that were signed.
    /// - Returns: The signer. Any signature has one, so the caller compares it with the one it expects.
    /// - Throws: Why it is no signature that a wallet makes.
    package static func recover(signature: [UInt8], hash: [UInt8]) throws(Refusal) -> EthereumAddress {
        guard signature.count == 65 else { throw .wrongLength(bytes: signature.count) }
        guard hash.count == 32 else { throw .wrongHashLength(bytes: hash.count) }
        let parity = try parity(signature[64])
        try check(signature)
        guard let context else { throw .unavailable }
        var parsed = secp256k1_ecdsa_recoverable_signature()
        var key = secp256k1_pubkey()
        guard secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, signature, parity) == 1,
            secp256k1_ecdsa_recover(context, &key, &parsed, hash) == 1
        else { throw .noSigner }
        var count = 65
        var point = [UInt8](repeating: 0, count: count)
        guard secp256k1_ec_pubkey_serialize(context, &point, &count, &key, UInt32(SECP256K1_EC_UNCOMPRESSED)) == 1,
            let address = EthereumAddress(bytes: Keccak256.hash(Array(point[1...])).suffix(20))
        else { throw .noSigner }
        return address
    }

    private static func parity(_ byte: UInt8) throws(Refusal) -> Int32 {
        switch byte {
        case 0, 27: 0
        case 1, 28: 1
        default: throw .badRecoveryByte(byte)
        }
    }

    /// Of s and n - s both fit; only the lower one counts, so that a signature cannot be turned into another.
    private static func check(_ signature: [UInt8]) throws(Refusal) {
        guard let r = Bytes32(signature[..<32]), let s = Bytes32(signature[32..<64]) else {
            throw .wrongLength(bytes: signature.count)
        }
        let order: (UInt64, UInt64, UInt64, UInt64) = (
            0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b, 0xbfd2_5e8c_d036_4141
        )
        let half: (UInt64, UInt64, UInt64, UInt64) = (
            0x7fff_ffff_ffff_ffff, 0xffff_ffff_ffff_ffff, 0x5d57_6e73_57a4_501d, 0xdfe9_2f46_681b_20a0
        )
        guard r != .zero, s != .zero, r.bigEndian < order, s.bigEndian < order else { throw .outOfRange }
        guard s.bigEndian <= half else { throw .highS }
    }
}

extension Secp256k1 {
    /// Why a signature has no signer.
    package enum Refusal: Error, Hashable, Sendable {
        case wrongLength(bytes: Int)
        case wrongHashLength(bytes: Int)
        /// The last byte is none of 0, 1, 27 and 28.
        case badRecoveryByte(UInt8)
        /// r or s is zero, or not below the order of the group.
        case outOfRange
        /// s is in the upper half: somebody has changed a valid signature into another.
        case highS
        /// No key makes such a signature.
        case noSigner
        /// The library could not be set up.
        case unavailable
    }
}

extension Secp256k1.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongLength(let bytes):
            "a wallet's signature has 65 bytes, and this has \(bytes): give all of it; "
                + "those of contract wallets are checked in another way"
        case .wrongHashLength(let bytes): "a hash has 32 bytes, and this has \(bytes): hash the text first"
        case .badRecoveryByte(let byte):
            "the last byte of a signature is 0, 1, 27 or 28, and this is \(byte): sign again with personal_sign"
        case .outOfRange, .highS, .noSigner: "the signature is not of the form that wallets make: sign again"
        case .unavailable: "signatures cannot be checked now: ask the operator to restart the service"
        }
    }
}
