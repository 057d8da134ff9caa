/// What is signed of a transaction: its accounts, a recent block, and its instructions.
///
/// Every value is well formed: its indexes lead to accounts, and it fits into a packet.
package struct SolanaMessage: Hashable, Sendable {
    package let version: Version
    package let header: Header
    /// The accounts that stand in the message itself; the first pays, and those that sign come first.
    package let accounts: [SolanaAddress]
    package let blockhash: SolanaHash
    package let calls: [Call]
    /// Accounts that stand in tables on the chain; only in version 0.
    package let lookups: [Lookup]

    package enum Version: Hashable, Sendable {
        case legacy
        case version0
    }

    /// How many accounts of each kind there are.
    package struct Header: Hashable, Sendable {
        package let signers: UInt8
        /// Of the signers the last ones.
        package let readonlySigners: UInt8
        /// Of the others in the message the last ones.
        package let readonlyOthers: UInt8
    }

    /// An instruction whose accounts are indexes.
    ///
    /// First come those of the message, then all writable ones that are looked up, then all others that are.
    package struct Call: Hashable, Sendable {
        package let program: UInt8
        package let accounts: [UInt8]
        package let data: [UInt8]
    }

    /// Accounts of one table, by their places in it.
    package struct Lookup: Hashable, Sendable {
        package let table: SolanaAddress
        package let writable: [UInt8]
        package let readonly: [UInt8]
    }

    /// - Throws: What of the parts does not fit together.
    init(
        version: Version,
        header: Header,
        accounts: [SolanaAddress],
        blockhash: SolanaHash,
        calls: [Call],
        lookups: [Lookup]
    ) throws(SolanaWireError) {
        self.version = version
        self.header = header
        self.accounts = accounts
        self.blockhash = blockhash
        self.calls = calls
        self.lookups = lookups
        try check()
    }

    package var payer: SolanaAddress { accounts[0] }

    /// Those who have to sign, in the order of their signatures.
    package var signers: ArraySlice<SolanaAddress> { accounts[..<Int(header.signers)] }

    /// What is signed.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = version == .legacy ? [] : [0x80]
        bytes += [header.signers, header.readonlySigners, header.readonlyOthers]
        bytes.appendLength(accounts.count)
        for account in accounts { bytes += account.bytes }
        bytes += blockhash.bytes
        bytes.appendLength(calls.count)
        for call in calls {
            bytes.append(call.program)
            bytes.appendList(call.accounts)
            bytes.appendList(call.data)
        }
        guard version != .legacy else { return bytes }
        bytes.appendLength(lookups.count)
        for lookup in lookups {
            bytes += lookup.table.bytes
            bytes.appendList(lookup.writable)
            bytes.appendList(lookup.readonly)
        }
        return bytes
    }

    private func check() throws(SolanaWireError) {
        let lookedUp = lookups.reduce(0) { $0 + $1.writable.count + $1.readonly.count }
        guard accounts.count + lookedUp <= 256 else { throw .tooManyAccounts(accounts.count + lookedUp) }
        let (signers, others) = (Int(header.signers), accounts.count - Int(header.signers))
        // The payer's account is written to. The highest bit of the first byte tells of a version.
        guard signers < 128, header.readonlySigners < header.signers, header.readonlyOthers <= others else {
            throw .badHeader
        }
        var seen: Set<SolanaAddress> = []
        for account in accounts where !seen.insert(account).inserted { throw .repeatedAccount(account) }
        guard lookups.allSatisfy({ !$0.writable.isEmpty || !$0.readonly.isEmpty }) else { throw .emptyLookup }
        for call in calls {
            guard call.program > 0, Int(call.program) < accounts.count,
                call.accounts.allSatisfy({ Int($0) < accounts.count + lookedUp })
            else { throw .badIndex }
        }
        guard calls.count <= SolanaTransaction.sizeBytesMax, calls.allSatisfy(\.mayFit),
            lookups.count <= 256, 1 + signers * 64 + bytes.count <= SolanaTransaction.sizeBytesMax
        else { throw .tooLong }
    }
}

extension SolanaMessage.Call {
    fileprivate var mayFit: Bool {
        accounts.count <= SolanaTransaction.sizeBytesMax && data.count <= SolanaTransaction.sizeBytesMax
    }
}
