/// A message with the signatures of those whom it names.
package struct SolanaTransaction: Hashable, Sendable {
    /// What a packet of the network carries.
    package static let sizeBytesMax = 1232

    /// One for each of the message's signers, in their order.
    package let signatures: [SolanaSignature]
    package let message: SolanaMessage

    /// - Parameters:
    ///   - message: What is signed.
    ///   - keys: Of all its signers and of nobody else, in any order.
    /// - Throws: Whose key is missing or is not asked for.
    package init(signing message: SolanaMessage, with keys: [Ed25519.SigningKey]) throws(SolanaWireError) {
        let bytes = message.bytes
        if let other = keys.first(where: { !message.signers.contains($0.publicKey) }) {
            throw .unexpectedSigner(other.publicKey)
        }
        var signatures: [SolanaSignature] = []
        for signer in message.signers {
            guard let key = keys.first(where: { $0.publicKey == signer }) else { throw .missingSigner(signer) }
            signatures.append(key.sign(bytes))
        }
        self.signatures = signatures
        self.message = message
    }

    /// Reads a transaction from the wire; whether its signatures are right, `verify` tells.
    ///
    /// - Parameter bytes: The transaction and nothing else.
    /// - Throws: What is wrong with it.
    package init(parsing bytes: [UInt8]) throws(SolanaWireError) {
        guard bytes.count <= SolanaTransaction.sizeBytesMax else { throw .tooLong }
        var reader = WireReader(bytes)
        signatures = try reader.list(sizeMin: 64) { (reader) throws(SolanaWireError) in
            guard let signature = SolanaSignature(bytes: try reader.bytes(64)) else { throw .truncated }
            return signature
        }
        message = try SolanaMessage(from: &reader)
        guard signatures.count == message.signers.count else {
            throw .signatureCount(signatures.count, required: message.signers.count)
        }
    }

    /// As above, from Base64 with padding.
    ///
    /// - Parameter base64: The transaction and nothing else.
    /// - Throws: What is wrong with it.
    package init(base64: String) throws(SolanaWireError) {
        guard base64.utf8.count <= (SolanaTransaction.sizeBytesMax + 2) / 3 * 4 else { throw .tooLong }
        guard let bytes = Base64.decode(base64) else { throw .badBase64 }
        try self.init(parsing: bytes)
    }

    /// Its name on the chain: the signature of the payer, whom every message has.
    package var id: SolanaSignature { signatures[0] }

    /// What is sent.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLength(signatures.count)
        for signature in signatures { bytes += signature.bytes }
        return bytes + message.bytes
    }

    /// What is sent, as nodes take it.
    package var base64: String { Base64.encode(bytes) }

    /// Checks all signatures.
    ///
    /// - Throws: The first that does not count.
    package func verify() throws(SolanaWireError) {
        let bytes = message.bytes
        for (signature, signer) in zip(signatures, message.signers) {
            do { try Ed25519.verify(signature, of: bytes, by: signer) } catch { throw .badSignature(signer, error) }
        }
    }
}
