package import Chains
import Domain

/// The key that reports are signed with.
package struct ReportSigner: Sendable {
    /// Names the key: the beginning of the hash of its public half.
    package let keyID: String
    /// 32 bytes.
    package let publicKey: [UInt8]
    let sign: @Sendable ([UInt8]) throws -> [UInt8]

    /// - Parameters:
    ///   - publicKey: 32 bytes.
    ///   - sign: makes an Ed25519 signature of some bytes.
    package init(publicKey: [UInt8], sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        var hash = SHA256()
        hash.update(publicKey)
        keyID = String(hash.hexadecimal().prefix(16))
        self.publicKey = publicKey
        self.sign = sign
    }

    /// As Solana writes keys.
    package var publicKeyBase58: String { Base58.encode(publicKey) }

    package init(_ key: Ed25519.SigningKey) {
        self.init(publicKey: key.publicKey.bytes) { key.sign($0).bytes }
    }
}
