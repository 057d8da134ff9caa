extension SolanaMessage {
    /// A table of addresses on the chain, which a message of version 0 may name by their places.
    package struct LookupTable: Hashable, Sendable {
        package let address: SolanaAddress
        /// At most 256, in the order of the chain.
        package let entries: [SolanaAddress]

        package init(address: SolanaAddress, entries: [SolanaAddress]) {
            self.address = address
            self.entries = entries
        }
    }

    /// Makes a message of instructions.
    ///
    /// - Parameters:
    ///   - payer: Pays the fee, and signs first.
    ///   - instructions: In the order in which they run.
    ///   - blockhash: Of a recent block; the message can land for about a minute from it.
    ///   - version: The form.
    ///   - lookupTables: Where to look accounts up which neither sign nor are programs. Needs version 0.
    /// - Throws: What does not fit.
    package init(
        payer: SolanaAddress,
        instructions: [SolanaInstruction],
        blockhash: SolanaHash,
        version: Version = .legacy,
        lookupTables: [LookupTable] = []
    ) throws(SolanaWireError) {
        guard version == .version0 || lookupTables.isEmpty else { throw .lookupsInLegacy }
        var roles = AccountRoles(payer: payer, instructions)
        var lookups: [FoundLookup] = []
        for table in lookupTables {
            guard table.entries.count <= 256 else { throw .tableTooLong(table.address) }
            if let lookup = roles.extract(table) { lookups.append(lookup) }
        }
        let accounts = roles.ordered
        let all = accounts + lookups.flatMap(\.writable) + lookups.flatMap(\.readonly)
        guard all.count <= 256 else { throw .tooManyAccounts(all.count) }
        // No account is looked up in two tables or stands in both places, so each has one index.
        let indexes = Dictionary(zip(all, UInt8.min...UInt8.max)) { first, _ in first }
        try self.init(
            version: version,
            header: roles.header,
            accounts: accounts,
            blockhash: blockhash,
            calls: instructions.map { (instruction) throws(SolanaWireError) in try Call(instruction, indexes) },
            lookups: lookups.map(\.lookup)
        )
    }
}

extension SolanaMessage.Call {
    fileprivate init(_ instruction: SolanaInstruction, _ indexes: [SolanaAddress: UInt8]) throws(SolanaWireError) {
        func index(_ address: SolanaAddress) throws(SolanaWireError) -> UInt8 {
            guard let index = indexes[address] else { throw .badIndex }
            return index
        }
        program = try index(instruction.program)
        accounts = try instruction.accounts.map { (account) throws(SolanaWireError) in try index(account.address) }
        data = instruction.data
    }
}
