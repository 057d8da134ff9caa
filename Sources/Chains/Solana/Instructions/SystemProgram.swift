/// The program that owns wallets.
package enum SystemProgram {
    /// Moves lamports, of which 1,000,000,000 are one SOL, from a wallet that signs.
    package static func transfer(from source: SolanaAddress, to target: SolanaAddress, lamports: UInt64)
        -> SolanaInstruction
    {
        SolanaInstruction(
            program: .systemProgram,
            accounts: [
                SolanaInstruction.Account(source, isSigner: true, isWritable: true),
                SolanaInstruction.Account(target, isWritable: true),
            ],
            data: [2, 0, 0, 0] + withUnsafeBytes(of: lamports.littleEndian) { Array($0) }
        )
    }
}
