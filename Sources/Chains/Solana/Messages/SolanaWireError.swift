/// Why bytes are no message or transaction of Solana, or why none can be made of its parts.
package enum SolanaWireError: Error, Hashable, Sendable {
    // MARK: Of both

    /// More than a packet of the network carries, or more parts than could ever fit.
    case tooLong
    /// More accounts than an index of one byte reaches.
    case tooManyAccounts(Int)

    // MARK: Of reading

    case truncated
    case trailingBytes(Int)
    /// A length that is written longer than it has to be, or that is beyond 65535.
    case badLength
    /// Neither the legacy form nor version 0.
    case unknownVersion(UInt8)
    /// The counts of signers do not fit together.
    case badHeader
    /// An index leads to no account, or an instruction names the payer as its program.
    case badIndex
    case repeatedAccount(SolanaAddress)
    /// A lookup that looks nothing up.
    case emptyLookup
    case badBase64

    // MARK: Of making

    /// Lookup tables exist from version 0 on.
    case lookupsInLegacy
    case tableTooLong(SolanaAddress)

    // MARK: Of signatures and looked-up accounts

    /// A signature is needed for this account, and its key was not given.
    case missingSigner(SolanaAddress)
    /// A key was given that the transaction does not ask for.
    case unexpectedSigner(SolanaAddress)
    case signatureCount(Int, required: Int)
    case badSignature(SolanaAddress, Ed25519.Refusal)
    /// Other numbers of looked-up accounts than the message has lookups.
    case wrongLookedUp
}

extension SolanaWireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong:
            "a transaction has \(SolanaTransaction.sizeBytesMax) bytes at most: split it, or shorten its texts"
        case .tooManyAccounts(let count): "a transaction has 256 accounts at most, and this has \(count): split it"
        case .truncated: "the transaction ends too early: send all of it"
        case .trailingBytes(let count): "\(count) bytes follow the transaction: send nothing else with it"
        case .badLength, .badHeader, .badIndex, .repeatedAccount, .emptyLookup:
            "the transaction is not well formed: let the wallet make it again"
        case .unknownVersion(let version):
            "transactions of the form 0x\(Hexadecimal.encode([version])) are not read here: make one of version 0"
        case .badBase64: "the transaction is not Base64 with padding: encode it again"
        case .lookupsInLegacy: "the legacy form has no lookup tables: make a message of version 0"
        case .tableTooLong(let table): "lookup table \(table) has more than 256 addresses: read it again"
        case .missingSigner(let address): "the key of \(address) has to sign too: give it"
        case .unexpectedSigner(let address): "the transaction does not ask for the key of \(address): leave it out"
        case .signatureCount(let count, let required):
            "the transaction needs \(required) signatures, and there are \(count): sign with every key that it names"
        case .badSignature(let address, let refusal): "the signature of \(address) does not count: \(refusal)"
        case .wrongLookedUp: "the looked-up accounts do not fit the message: read the transaction again"
        }
    }
}
