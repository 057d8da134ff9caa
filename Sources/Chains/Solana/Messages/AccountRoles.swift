/// What a transaction's instructions, taken together, do with each account.
///
/// Decides the order of a message's accounts: the payer; others that sign and are written to; others that sign; others
/// that are written to; the rest. Inside each kind they are in the order of their bytes.
struct AccountRoles {
    private let payer: SolanaAddress
    private var roles: [SolanaAddress: Role]

    private struct Role: OptionSet {
        let rawValue: UInt8
        static let signer = Role(rawValue: 1)
        static let writable = Role(rawValue: 2)
        static let program = Role(rawValue: 4)
    }

    init(payer: SolanaAddress, _ instructions: [SolanaInstruction]) {
        self.payer = payer
        roles = [payer: [.signer, .writable]]
        for instruction in instructions {
            roles[instruction.program, default: []].insert(.program)
            for account in instruction.accounts {
                var role: Role = account.isSigner ? .signer : []
                if account.isWritable { role.insert(.writable) }
                roles[account.address, default: []].formUnion(role)
            }
        }
    }

    /// The accounts that stand in the message itself.
    var ordered: [SolanaAddress] {
        [payer] + kind([.signer, .writable]).filter { $0 != payer } + kind(.signer) + kind(.writable) + kind([])
    }

    var header: SolanaMessage.Header {
        let readonlySigners = kind(.signer).count
        return SolanaMessage.Header(
            signers: UInt8(clamping: kind([.signer, .writable]).count + readonlySigners),
            readonlySigners: UInt8(clamping: readonlySigners),
            readonlyOthers: UInt8(clamping: kind([]).count)
        )
    }

    /// Takes out what can be looked up in a table.
    ///
    /// - Returns: `nil` when the table helps nothing.
    mutating func extract(_ table: SolanaMessage.LookupTable) -> FoundLookup? {
        let places = Dictionary(zip(table.entries, UInt8.min...UInt8.max)) { first, _ in first }
        let found = roles.filter { $0.value.isDisjoint(with: [.signer, .program]) && places[$0.key] != nil }
        guard !found.isEmpty else { return nil }
        for address in found.keys { roles[address] = nil }
        let writable = found.filter { $0.value.contains(.writable) }.keys.sorted()
        let readonly = found.filter { !$0.value.contains(.writable) }.keys.sorted()
        return FoundLookup(
            writable: writable,
            readonly: readonly,
            lookup: SolanaMessage.Lookup(
                table: table.address,
                writable: writable.compactMap { places[$0] },
                readonly: readonly.compactMap { places[$0] }
            )
        )
    }

    /// Those of exactly this kind; being a program makes none.
    private func kind(_ role: Role) -> [SolanaAddress] {
        roles.filter { $0.value.subtracting(.program) == role }.keys.sorted()
    }
}

/// What one table is good for.
struct FoundLookup {
    let writable: [SolanaAddress]
    let readonly: [SolanaAddress]
    let lookup: SolanaMessage.Lookup
}
