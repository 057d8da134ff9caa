import CSodium

extension Ed25519 {
    /// A secret key of Solana, kept where it is neither swapped out nor dumped, and wiped when it goes.
    ///
    /// It is `Sendable` because its memory is written in `init` and only read afterwards.
    package final class SigningKey: @unchecked Sendable {
        /// The address of the wallet.
        package let publicKey: SolanaAddress
        /// The seed, and after it the public key.
        private let secret: UnsafeMutablePointer<UInt8>

        private static let sizeBytes = 64

        /// - Parameter bytes: A seed of 32 bytes, or the 64 bytes of a Solana key file. The caller wipes its own copy.
        /// - Throws: What is wrong with the bytes.
        package init(_ bytes: [UInt8]) throws(KeyRefusal) {
            Sodium.start()
            guard bytes.count == 32 || bytes.count == SigningKey.sizeBytes else {
                throw .wrongLength(bytes: bytes.count)
            }
            guard let memory = sodium_malloc(SigningKey.sizeBytes) else { throw .noMemory }
            let secret = memory.bindMemory(to: UInt8.self, capacity: SigningKey.sizeBytes)
            self.secret = secret
            publicKey = SolanaAddress(
                storage: Bytes32 { key in _ = crypto_sign_seed_keypair(key, secret, bytes) }
            )
            // A signature under another public key than the seed's own would give the secret away.
            guard bytes.count == 32 || publicKey.bytes.elementsEqual(bytes[32...]) else { throw .halvesDiffer }
        }

        deinit {
            sodium_memzero(secret, SigningKey.sizeBytes)
            sodium_free(secret)
        }

        /// The signature of a message; the same message always has the same.
        package func sign(_ message: [UInt8]) -> SolanaSignature {
            SolanaSignature { signature in
                _ = crypto_sign_detached(signature, nil, message, UInt64(message.count), secret)
            }
        }
    }

    /// Why bytes are no secret key.
    package enum KeyRefusal: Error, Hashable, Sendable {
        case wrongLength(bytes: Int)
        /// The second half of the 64 bytes is not the public key of the first.
        case halvesDiffer
        /// The system refused memory that is not swapped out.
        case noMemory
    }
}

extension Ed25519.KeyRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongLength(let bytes): "a secret key has 32 or 64 bytes, and this has \(bytes): give the whole key file"
        case .halvesDiffer: "the two halves of the key do not belong together: make the key file again"
        case .noMemory: "the system gave no locked memory for the key: raise the limit of locked memory"
        }
    }
}
