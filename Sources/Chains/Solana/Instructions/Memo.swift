/// A text on the chain.
package enum Memo {
    /// Writes a text, which counts as that of all who are named.
    ///
    /// - Parameters:
    ///   - text: Any text that leaves room in the transaction.
    ///   - signers: Those who have to sign the transaction for it.
    /// - Returns: A call of the current memo program.
    package static func instruction(text: String, signers: [SolanaAddress] = []) -> SolanaInstruction {
        SolanaInstruction(
            program: .memoProgram,
            accounts: signers.map { SolanaInstruction.Account($0, isSigner: true) },
            data: Array(text.utf8)
        )
    }

    /// The text that an instruction writes.
    ///
    /// - Parameter instruction: Any instruction.
    /// - Returns: `nil` for one of another program, and for bytes that are no text.
    package static func text(of instruction: SolanaInstruction) -> String? {
        guard isMemo(instruction.program) else { return nil }
        return String(validating: instruction.data, as: UTF8.self)
    }

    /// Whether it is one of the two memo programs.
    package static func isMemo(_ program: SolanaAddress) -> Bool {
        program == .memoProgram || program == .memoProgramV1
    }
}
