package import Chains

/// What an account of a token program holds (SPL Token, and Token-2022, whose accounts begin alike).
package struct TokenAccount: Hashable, Sendable {
    package let mint: SolanaAddress
    package let owner: SolanaAddress
    /// In base units.
    package let amount: UInt64

    /// How long an account is without extensions.
    static let sizeBytes = 165
    /// What Token-2022 writes behind that in accounts, and not in mints.
    private static let accountMark: UInt8 = 2

    /// Reads an account's data.
    ///
    /// - Returns: `nil` for what is no token account, or not one that is initialised.
    package init?(data: [UInt8]) {
        guard
            data.count == TokenAccount.sizeBytes
                || (data.count > TokenAccount.sizeBytes && data[TokenAccount.sizeBytes] == TokenAccount.accountMark),
            let mint = SolanaAddress(bytes: data[0..<32]), let owner = SolanaAddress(bytes: data[32..<64]),
            // Frozen ones hold what they hold.
            data[108] == 1 || data[108] == 2
        else { return nil }
        self.mint = mint
        self.owner = owner
        amount = data.littleEndian(at: 64)
    }
}

/// What a token is: the state of its mint.
package struct TokenMint: Hashable, Sendable {
    package let supply: UInt64
    package let decimals: Int
    /// Which of the two token programs keeps it.
    package let program: SolanaAddress

    private static let sizeBytes = 82
    private static let mintMark: UInt8 = 1

    /// Reads a mint's data.
    ///
    /// - Returns: `nil` for what is no mint, or not one that is initialised, or kept by another program.
    package init?(data: [UInt8], program: SolanaAddress) {
        guard program == .tokenProgram || program == .token2022Program,
            data.count == TokenMint.sizeBytes
                || (data.count > TokenAccount.sizeBytes && data[TokenAccount.sizeBytes] == TokenMint.mintMark),
            data[45] == 1
        else { return nil }
        supply = data.littleEndian(at: 36)
        decimals = Int(data[44])
        self.program = program
    }
}

extension [UInt8] {
    /// Eight bytes as a number.
    ///
    /// - Precondition: they are there.
    fileprivate func littleEndian(at position: Int) -> UInt64 {
        self[position..<position + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
