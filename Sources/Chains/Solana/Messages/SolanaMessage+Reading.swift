extension SolanaMessage {
    /// Reads a message of either form.
    ///
    /// - Parameter bytes: The message and nothing else.
    /// - Throws: What is wrong with it.
    package init(parsing bytes: [UInt8]) throws(SolanaWireError) {
        guard bytes.count <= SolanaTransaction.sizeBytesMax else { throw .tooLong }
        var reader = WireReader(bytes)
        try self.init(from: &reader)
    }

    /// Reads the rest of what a reader has.
    init(from reader: inout WireReader) throws(SolanaWireError) {
        var version = Version.legacy
        if let first = reader.next, first & 0x80 != 0 {
            guard first == 0x80 else { throw .unknownVersion(first) }
            version = .version0
            _ = try reader.byte()
        }
        let header = Header(
            signers: try reader.byte(),
            readonlySigners: try reader.byte(),
            readonlyOthers: try reader.byte()
        )
        let accounts = try reader.list(sizeMin: 32) { (reader) throws(SolanaWireError) in try reader.address() }
        guard let blockhash = SolanaHash(bytes: try reader.bytes(32)) else { throw .truncated }
        let calls = try reader.list(sizeMin: 3) { (reader) throws(SolanaWireError) in
            Call(program: try reader.byte(), accounts: try reader.byteList(), data: try reader.byteList())
        }
        var lookups: [Lookup] = []
        if version == .version0 {
            lookups = try reader.list(sizeMin: 34) { (reader) throws(SolanaWireError) in
                Lookup(
                    table: try reader.address(),
                    writable: try reader.byteList(),
                    readonly: try reader.byteList()
                )
            }
        }
        guard reader.remaining == 0 else { throw .trailingBytes(reader.remaining) }
        try self.init(
            version: version,
            header: header,
            accounts: accounts,
            blockhash: blockhash,
            calls: calls,
            lookups: lookups
        )
    }

    /// The instructions with their accounts.
    ///
    /// - Parameter lookedUp: What the tables hold at the places that the message names: first all writable accounts,
    ///   then the others. A node tells them with the transaction. Empty for a message without lookups.
    /// - Returns: The instructions in their order.
    /// - Throws: `wrongLookedUp` for any other number of accounts.
    package func instructions(lookedUp: LookedUp = LookedUp()) throws(SolanaWireError) -> [SolanaInstruction] {
        guard lookedUp.writable.count == lookups.reduce(0, { $0 + $1.writable.count }),
            lookedUp.readonly.count == lookups.reduce(0, { $0 + $1.readonly.count })
        else { throw .wrongLookedUp }
        let all = accounts + lookedUp.writable + lookedUp.readonly
        return calls.map { call in
            SolanaInstruction(
                program: accounts[Int(call.program)],
                accounts: call.accounts.map { index in
                    SolanaInstruction.Account(
                        all[Int(index)],
                        isSigner: index < header.signers,
                        isWritable: isWritable(Int(index), lookedUpWritable: lookedUp.writable.count)
                    )
                },
                data: call.data
            )
        }
    }

    private func isWritable(_ index: Int, lookedUpWritable: Int) -> Bool {
        if index >= accounts.count { return index < accounts.count + lookedUpWritable }
        let signers = Int(header.signers)
        return index < signers
            ? index < signers - Int(header.readonlySigners) : index < accounts.count - Int(header.readonlyOthers)
    }

    /// The accounts that a message's lookups lead to.
    package struct LookedUp: Hashable, Sendable {
        package let writable: [SolanaAddress]
        package let readonly: [SolanaAddress]

        package init(writable: [SolanaAddress] = [], readonly: [SolanaAddress] = []) {
            self.writable = writable
            self.readonly = readonly
        }
    }
}
