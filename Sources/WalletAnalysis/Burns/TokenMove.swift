import Chains

/// One instruction of a token program that takes tokens from an account, by its bytes.
struct TokenMove: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case burn
        case burnChecked
        case transfer(to: SolanaAddress)
    }

    let kind: Kind
    /// Whose tokens, by their account.
    let source: SolanaAddress
    /// `nil` for a transfer that does not name it.
    let mint: SolanaAddress?
    /// Who has allowed it.
    let authority: SolanaAddress
    let amount: UInt64
    /// `nil` where the instruction does not say.
    let decimals: Int?

    /// - Returns: `nil` for all other instructions, and for what no token program takes.
    init?(_ instruction: SolanaInstruction) {
        guard instruction.program == .tokenProgram || instruction.program == .token2022Program,
            let tag = instruction.data.first, instruction.data.count >= 9
        else { return nil }
        let places = instruction.accounts.map(\.address)
        let isChecked = tag == 12 || tag == 15
        guard places.count >= (tag == 12 ? 4 : 3), !isChecked || instruction.data.count >= 10 else { return nil }
        switch tag {
        case 3: (kind, mint, authority) = (.transfer(to: places[1]), nil, places[2])
        case 8: (kind, mint, authority) = (.burn, places[1], places[2])
        case 12: (kind, mint, authority) = (.transfer(to: places[2]), places[1], places[3])
        case 15: (kind, mint, authority) = (.burnChecked, places[1], places[2])
        default: return nil
        }
        source = places[0]
        amount = instruction.data[1..<9].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        decimals = isChecked ? Int(instruction.data[9]) : nil
    }
}
