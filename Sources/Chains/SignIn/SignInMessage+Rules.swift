extension SignInMessage {
    /// The longest text that is read.
    package static let sizeBytesMax = 4096
    package static let nonceCharactersMin = 8
    package static let resourcesMax = 16

    /// Whether the parts can be written and read back; all of them are printable ASCII, so that no line looks like
    /// another than it is.
    func check(_ layout: Layout) throws(Refusal) {
        try require(.domain, SignInMessage.isDomain(domain))
        try require(.address, SignInMessage.isAddress(address, layout))
        try require(.statement, statement.map { SignInMessage.isPrintable($0, max: 512) })
        try require(.uri, uri.map(SignInMessage.isURI))
        try require(.version, version.map { $0 == "1" })
        try require(.chainID, chainID.map { SignInMessage.isChain($0, layout) })
        try require(.nonce, SignInMessage.isNonce(nonce))
        try require(.expirationTime, issuedAt.timestamp < expirationTime.timestamp)
        try require(.notBefore, notBefore.map { $0.timestamp < expirationTime.timestamp })
        try require(.requestID, requestID.map { SignInMessage.isPrintable($0, max: 128) && !$0.contains(" ") })
        try require(
            .resources,
            resources.count <= SignInMessage.resourcesMax && resources.allSatisfy(SignInMessage.isURI)
        )
        guard layout == .ethereum else { return }
        for (field, value) in [(Field.uri, uri), (.version, version), (.chainID, chainID)] where value == nil {
            throw .missing(field)
        }
    }

    /// A part that is not there is right too.
    private func require(_ field: Field, _ isRight: Bool?) throws(Refusal) {
        guard isRight ?? true else { throw .bad(field) }
    }

    /// A host and a port; no name of a user before them, which could pass for the host.
    private static func isDomain(_ text: String) -> Bool {
        isPrintable(text, max: 255) && text.utf8.allSatisfy { isAlphanumeric($0) || "-._:[]".utf8.contains($0) }
    }

    private static func isAddress(_ text: String, _ layout: Layout) -> Bool {
        switch layout {
        case .solana: SolanaAddress(text) != nil
        case .ethereum: EthereumAddress(text) != nil
        }
    }

    /// A scheme and anything after it, without spaces.
    private static func isURI(_ text: String) -> Bool {
        guard isPrintable(text, max: 512), !text.contains(" "), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return false }
        let scheme = text.utf8[..<colon]
        guard let first = scheme.first, isAlphanumeric(first), first > UInt8(ascii: "9") else { return false }
        return scheme.allSatisfy { isAlphanumeric($0) || "+-.".utf8.contains($0) }
            && text.utf8.index(after: colon) < text.utf8.endIndex
    }

    private static func isChain(_ text: String, _ layout: Layout) -> Bool {
        switch layout {
        case .solana:
            let names = ["mainnet", "testnet", "devnet", "localnet"]
            return isPrintable(text, max: 32) && (names.contains(text) || names.contains { "solana:" + $0 == text })
        case .ethereum:
            return (1...20).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "0")
                && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }

    private static func isNonce(_ text: String) -> Bool {
        (nonceCharactersMin...128).contains(text.utf8.count) && text.utf8.allSatisfy(isAlphanumeric)
    }

    private static func isPrintable(_ text: String, max: Int) -> Bool {
        (1...max).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
