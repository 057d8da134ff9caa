extension SolanaAddress {
    /// Owns wallets and moves lamports; 32 zero bytes.
    package static let systemProgram = SolanaAddress(storage: .zero)
    /// The first token program, SPL Token.
    package static let tokenProgram = known("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
    /// The second one, Token-2022; holdings have to be looked for under both.
    package static let token2022Program = known("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
    package static let associatedTokenProgram = known("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
    package static let memoProgram = known("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
    package static let memoProgramV1 = known("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")
    package static let computeBudgetProgram = known("ComputeBudget111111111111111111111111111111")
    package static let lookupTableProgram = known("AddressLookupTab1e1111111111111111111111111")
    package static let rentSysvar = known("SysvarRent111111111111111111111111111111111")
    /// SPL Governance: the instance that most realms share.
    package static let governanceProgram = known("GovER5Lthms3bLBqWub97yVrMmEogzX7xNjdXpPPCVZw")
    /// SPL Governance: the instance for tests.
    package static let governanceTestProgram = known("GTesTBiEWE32WHXXE2S4XbZvA5CrEc4xs6ZgRe895dP")
    /// Squads, a wallet of several owners.
    package static let squadsProgram = known("SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf")

    private static func known(_ text: String) -> SolanaAddress {
        guard let address = SolanaAddress(text) else { preconditionFailure("no address: \(text)") }
        return address
    }
}
