/// What a Solana wallet may have signed for a text.
///
/// Many hardware wallets sign no bare text. They sign an envelope, or a transaction that can never land.
package enum SolanaSignedText {
    /// What was signed.
    package enum Form: Hashable, Sendable {
        /// The text as it stands.
        case plain
        /// An envelope of the text that names this wallet only and no application; of any version.
        case offchain
        /// An envelope that the wallet made, which may name an application and more signers.
        case envelope([UInt8])
        /// The message of a transaction with the text as its memo.
        case transaction([UInt8])
    }

    /// Checks that the owner of an address has signed a text.
    ///
    /// - Parameters:
    ///   - text: The text that was given out.
    ///   - address: The wallet.
    ///   - signature: Its signature.
    ///   - form: What the wallet has signed.
    /// - Throws: Why it does not count.
    package static func verify(
        text: String,
        address: SolanaAddress,
        signature: SolanaSignature,
        form: Form
    ) throws(Refusal) {
        switch form {
        case .plain: try verify([Array(text.utf8)], address, signature)
        case .offchain: try verify(envelopes(text, address), address, signature)
        case .envelope(let bytes):
            guard let envelope = OffchainEnvelope(parsing: bytes) else { throw .badEnvelope }
            guard envelope.text.utf8.elementsEqual(text.utf8) else { throw .otherText }
            guard envelope.signers?.contains(address) ?? true else { throw .otherSigner }
            try verify([bytes], address, signature)
        case .transaction(let bytes):
            try check(bytes, text, address)
            try verify([bytes], address, signature)
        }
    }

    /// The transaction to sign for a text: a memo, paid for by the wallet and bound to no block, so it never lands.
    ///
    /// - Parameters:
    ///   - text: At most about 1000 bytes.
    ///   - address: The wallet.
    /// - Returns: The message to sign.
    /// - Throws: `tooLong` for a text that leaves no room.
    package static func transaction(text: String, address: SolanaAddress) throws(SolanaWireError) -> SolanaMessage {
        try SolanaMessage(
            payer: address,
            instructions: [Memo.instruction(text: text, signers: [address])],
            blockhash: .zero
        )
    }

    // MARK: - Steps

    /// Whether one of a few byte strings was signed.
    private static func verify(_ candidates: [[UInt8]], _ address: SolanaAddress, _ signature: SolanaSignature)
        throws(Refusal)
    {
        var last = Ed25519.Refusal.badSignature
        for bytes in candidates {
            do {
                return try Ed25519.verify(signature, of: bytes, by: address)
            } catch {
                guard error != .notOnCurve else { throw .programAddress }
                last = error
                // Any other reason holds for all of them.
                guard error == .badSignature else { break }
            }
        }
        throw .signature(last)
    }

    private static func envelopes(_ text: String, _ address: SolanaAddress) -> [[UInt8]] {
        let bodies: [OffchainEnvelope.Body] = [
            .short, .version0(applicationDomain: .zero, signers: [address]), .version1(signers: [address]),
        ]
        return bodies.compactMap { OffchainEnvelope(text, $0).bytes }
    }

    /// Whether a transaction is bound to no block, is paid for and signed by the wallet alone, and does nothing but
    /// write the text.
    private static func check(_ bytes: [UInt8], _ text: String, _ address: SolanaAddress) throws(Refusal) {
        let message: SolanaMessage
        do { message = try SolanaMessage(parsing: bytes) } catch { throw .badTransaction(error) }
        guard message.payer == address, message.signers.count == 1 else { throw .otherSigner }
        guard message.blockhash == .zero, message.lookups.isEmpty else { throw .couldLand }
        var memos: [[UInt8]] = []
        for call in message.calls {
            let program = message.accounts[Int(call.program)]
            guard program != .computeBudgetProgram else { continue }
            guard Memo.isMemo(program) else { throw .otherInstruction(program) }
            memos.append(call.data)
        }
        guard memos == [Array(text.utf8)] else { throw .otherText }
    }
}

extension SolanaSignedText {
    /// Why a signature of a text does not count.
    package enum Refusal: Error, Hashable, Sendable {
        /// A program derived the address, and nobody can sign for it.
        case programAddress
        case signature(Ed25519.Refusal)
        case badEnvelope
        case badTransaction(SolanaWireError)
        /// The wallet is not the one that signs, or is not alone.
        case otherSigner
        /// The transaction is bound to a block or looks accounts up, so it might do something.
        case couldLand
        case otherInstruction(SolanaAddress)
        /// Another text, or more than one.
        case otherText
    }
}

extension SolanaSignedText.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .programAddress: Ed25519.Refusal.notOnCurve.description
        case .signature(let refusal): refusal.description
        case .badEnvelope: "the signed envelope is not well formed: sign again, or sign with another wallet program"
        case .badTransaction(let error): error.description
        case .otherSigner: "the wallet has to be the only signer, and to pay: sign the transaction that was given"
        case .couldLand:
            "the transaction is bound to a block, so it might be carried out: sign the one that was given"
        case .otherInstruction(let program):
            "the transaction also calls \(program): sign the one that was given, which holds only a memo"
        case .otherText: "another text was signed: sign the text that was given, unchanged"
        }
    }
}
