/// A text as wallets wrap it that sign no bare bytes: a prefix keeps it from being a transaction.
///
/// The prefix is followed by a version. There are two bodies of version 0, an older and a newer one, and one of
/// version 1; all of it is what is signed.
package struct OffchainEnvelope: Hashable, Sendable {
    package let body: Body
    package let text: String

    package enum Body: Hashable, Sendable {
        /// Version 0 as it was first: a format, a length and the text.
        case short
        /// Version 0 as it is now: who asks, and who signs.
        case version0(applicationDomain: SolanaHash, signers: [SolanaAddress])
        /// Version 1: who signs, in the order of their bytes, and the text.
        case version1(signers: [SolanaAddress])
    }

    /// What is read at most: a length has two bytes.
    package static let sizeBytesMax = 65_535
    private static let prefix: [UInt8] = [0xff] + "solana offchain".utf8

    package init(_ text: String, _ body: Body) {
        self.text = text
        self.body = body
    }

    /// Those whose signatures it asks for; `nil` in the older form, which names nobody.
    package var signers: [SolanaAddress]? {
        switch body {
        case .short: nil
        case .version0(_, let signers), .version1(let signers): signers
        }
    }

    /// What is signed, in the format that wallets choose for the text.
    ///
    /// - Returns: `nil` for an empty text, for one that is too long, and where nobody signs.
    package var bytes: [UInt8]? {
        guard !text.isEmpty, headerBytes + text.utf8.count <= OffchainEnvelope.sizeBytesMax,
            signers.map(OffchainEnvelope.areSigners) ?? true
        else { return nil }
        let length = withUnsafeBytes(of: UInt16(text.utf8.count).littleEndian) { Array($0) }
        let header: [UInt8] =
            switch body {
            case .short: [0, format] + length
            case .version0(let domain, let signers):
                [0] + domain.bytes + [format] + OffchainEnvelope.list(signers) + length
            case .version1(let signers): [1] + OffchainEnvelope.list(signers.sorted())
            }
        return OffchainEnvelope.prefix + header + text.utf8
    }

    /// What stands before the text.
    private var headerBytes: Int {
        let keys = (signers?.count ?? 0) * 32
        let own =
            switch body {
            case .short: 4
            case .version0: 37
            case .version1: 2
            }
        return OffchainEnvelope.prefix.count + own + keys
    }

    /// 0 for printable ASCII and 1 for other text, as long as a packet holds it all; 2 for what is longer.
    private var format: UInt8 {
        guard headerBytes + text.utf8.count <= SolanaTransaction.sizeBytesMax else { return 2 }
        return OffchainEnvelope.isPrintable(text.utf8) ? 0 : 1
    }

    private static func list(_ signers: [SolanaAddress]) -> [UInt8] {
        [UInt8(signers.count)] + signers.flatMap(\.bytes)
    }
}

extension OffchainEnvelope {
    /// Reads an envelope of any of the three forms.
    ///
    /// `nil` for anything else than one whole envelope.
    package init?(parsing bytes: [UInt8]) {
        guard bytes.count <= OffchainEnvelope.sizeBytesMax, bytes.starts(with: OffchainEnvelope.prefix) else {
            return nil
        }
        let rest = bytes.dropFirst(OffchainEnvelope.prefix.count)
        let body = Array(rest.dropFirst())
        let read: OffchainEnvelope? =
            switch rest.first {
            case 0: OffchainEnvelope(short: body) ?? OffchainEnvelope(version0: body)
            case 1: OffchainEnvelope(version1: body)
            default: nil
            }
        guard let read else { return nil }
        self = read
    }

    private init?(short body: [UInt8]) {
        guard let format = body.first, let text = OffchainEnvelope.text(format, body.dropFirst()) else { return nil }
        self.init(text, .short)
    }

    private init?(version0 body: [UInt8]) {
        guard body.count > 34, let domain = SolanaHash(bytes: body[..<32]),
            let (signers, rest) = OffchainEnvelope.signers(body[33...]), Set(signers).count == signers.count,
            let text = OffchainEnvelope.text(body[32], rest)
        else { return nil }
        self.init(text, .version0(applicationDomain: domain, signers: signers))
    }

    private init?(version1 body: [UInt8]) {
        guard let (signers, rest) = OffchainEnvelope.signers(body[...]),
            zip(signers, signers.dropFirst()).allSatisfy({ $0 < $1 }), !rest.isEmpty,
            let text = String(validating: rest, as: UTF8.self)
        else { return nil }
        self.init(text, .version1(signers: signers))
    }

    /// A count of one byte and as many keys, then what follows them.
    private static func signers(_ bytes: ArraySlice<UInt8>) -> ([SolanaAddress], ArraySlice<UInt8>)? {
        guard let first = bytes.first else { return nil }
        let (start, count) = (bytes.startIndex + 1, Int(first))
        guard count > 0, bytes.endIndex - start >= count * 32 else { return nil }
        let signers = (0..<count).compactMap { SolanaAddress(bytes: bytes[start + $0 * 32..<start + ($0 + 1) * 32]) }
        return (signers, bytes[(start + count * 32)...])
    }

    /// A length of two bytes and as much text, of a format that allows it.
    private static func text(_ format: UInt8, _ bytes: ArraySlice<UInt8>) -> String? {
        let text = bytes.dropFirst(2)
        guard format <= 2, bytes.count > 2,
            Int(bytes[bytes.startIndex]) | Int(bytes[bytes.startIndex + 1]) << 8 == text.count,
            format == 2 || text.count <= SolanaTransaction.sizeBytesMax, format > 0 || isPrintable(text)
        else { return nil }
        return String(validating: text, as: UTF8.self)
    }

    private static func isPrintable(_ text: some Sequence<UInt8>) -> Bool {
        text.allSatisfy { (0x20...0x7e).contains($0) }
    }

    private static func areSigners(_ signers: [SolanaAddress]) -> Bool {
        (1...255).contains(signers.count) && Set(signers).count == signers.count
    }
}
