/// One call of a program: the accounts that it may touch, and its data.
package struct SolanaInstruction: Hashable, Sendable {
    package let program: SolanaAddress
    /// In the order that the program expects; the same account may stand here twice.
    package let accounts: [Account]
    package let data: [UInt8]

    package init(program: SolanaAddress, accounts: [Account], data: [UInt8]) {
        self.program = program
        self.accounts = accounts
        self.data = data
    }

    /// An account, and what the transaction allows to be done with it.
    package struct Account: Hashable, Sendable {
        package let address: SolanaAddress
        /// Whether its owner has to sign.
        package let isSigner: Bool
        package let isWritable: Bool

        package init(_ address: SolanaAddress, isSigner: Bool = false, isWritable: Bool = false) {
            self.address = address
            self.isSigner = isSigner
            self.isWritable = isWritable
        }
    }
}
