/// A transaction that may pay for a call, as the chain tells it.
package struct BurnTransaction: Hashable, Sendable {
    /// One instruction that takes tokens from somebody.
    package struct Instruction: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case burn
            /// A burn that names the decimals as well.
            case burnChecked
            /// The token account that it goes to.
            case transfer(to: String)
        }

        package let kind: Kind
        /// In base58; a transfer that does not name it has that of its source account.
        package let mint: String
        /// The wallet whose tokens they are.
        package let authority: String
        /// In base units.
        package let amount: UInt64
        package let decimals: Int

        package init(_ kind: Kind, mint: String, authority: String, amount: UInt64, decimals: Int) {
            self.kind = kind
            self.mint = mint
            self.authority = authority
            self.amount = amount
            self.decimals = decimals
        }
    }

    package let signature: String
    package let slot: Int64
    package let isFinalized: Bool
    /// The error in the chain's words; `nil` when it went through.
    package let error: String?
    /// All that have signed.
    package let signers: Set<String>
    package let instructions: [Instruction]

    package init(
        signature: String,
        slot: Int64,
        isFinalized: Bool,
        error: String?,
        signers: Set<String>,
        instructions: [Instruction]
    ) {
        self.signature = signature
        self.slot = slot
        self.isFinalized = isFinalized
        self.error = error
        self.signers = signers
        self.instructions = instructions
    }
}
