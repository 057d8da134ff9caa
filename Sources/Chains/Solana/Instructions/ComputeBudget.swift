/// What a transaction may use, and what it offers for being taken early.
package enum ComputeBudget {
    /// The most units that the transaction may use.
    package static func unitLimit(_ units: UInt32) -> SolanaInstruction {
        instruction([2] + withUnsafeBytes(of: units.littleEndian) { Array($0) })
    }

    /// What is paid on top of the fee for each unit of the limit.
    package static func unitPrice(microLamports: UInt64) -> SolanaInstruction {
        instruction([3] + withUnsafeBytes(of: microLamports.littleEndian) { Array($0) })
    }

    private static func instruction(_ data: [UInt8]) -> SolanaInstruction {
        SolanaInstruction(program: .computeBudgetProgram, accounts: [], data: data)
    }
}
