import ChainReaders
import Chains
import JSON
import WalletOracle

/// Reads a transaction as a node tells it: what took tokens from whom.
///
/// The message is decoded here and its signatures are checked, so that a node cannot put a burn into somebody's mouth;
/// what it is believed is that the transaction went through, and what programs called one another.
enum BurnReading {
    /// Stands for whoever has allowed something without owning it, and so has not paid.
    private static let nobody = ""
    /// Far more than a transaction's compute allows.
    private static let instructionsMax = 4096

    /// - Parameters:
    ///   - value: as `getTransaction` gives it, with the message in base64.
    ///   - signature: the transaction that was asked for.
    /// - Returns: what took tokens from whom.
    /// - Throws: `BurnError` with `.unreadable`, or `.chain` for a node that tells another transaction.
    static func transaction(_ value: JSONValue, _ signature: String) throws(BurnError) -> BurnTransaction {
        let found = try decoded(value)
        guard found.id.description == signature else {
            throw .chain(ChainError(.malformed, "another transaction than the one that was asked for"))
        }
        guard let slot = value["slot"]?.int, slot >= 0, let meta = value["meta"], meta.object != nil else {
            throw .chain(ChainError(.malformed, "a transaction without its slot or what came of it"))
        }
        let message = found.message
        let lookedUp = SolanaMessage.LookedUp(
            writable: try addresses(meta["loadedAddresses"]?["writable"]),
            readonly: try addresses(meta["loadedAddresses"]?["readonly"])
        )
        let outer: [SolanaInstruction]
        do throws(SolanaWireError) {
            outer = try message.instructions(lookedUp: lookedUp)
        } catch {
            throw .unreadable
        }
        let all = message.accounts + lookedUp.writable + lookedUp.readonly
        let instructions = outer + (try inner(meta["innerInstructions"], all))
        guard instructions.count <= instructionsMax else { throw .unreadable }
        let balances = TokenBalances(meta, all)
        let failure = meta["err"].flatMap { $0.isNull ? nil : String(decoding: $0.bytes.prefix(200), as: UTF8.self) }
        return BurnTransaction(
            signature: signature,
            slot: slot,
            // Nothing else is asked for.
            isFinalized: true,
            error: failure,
            signers: Set(message.signers.map(\.description)),
            instructions: instructions.compactMap { TokenMove($0).flatMap { instruction(of: $0, balances) } }
        )
    }

    private static func decoded(_ value: JSONValue) throws(BurnError) -> SolanaTransaction {
        guard let base64 = value["transaction"]?[0]?.string, value["transaction"]?[1]?.string == "base64" else {
            throw .chain(ChainError(.malformed, "a transaction that is not in base64"))
        }
        do throws(SolanaWireError) {
            let transaction = try SolanaTransaction(base64: base64)
            try transaction.verify()
            return transaction
        } catch {
            throw .unreadable
        }
    }

    private static func addresses(_ value: JSONValue?) throws(BurnError) -> [SolanaAddress] {
        try (value?.array ?? []).map { text throws(BurnError) in
            guard let address = text.string.flatMap({ SolanaAddress($0) }) else { throw .unreadable }
            return address
        }
    }

    /// What programs called one another; none where the node has not kept it.
    private static func inner(
        _ value: JSONValue?,
        _ accounts: [SolanaAddress]
    ) throws(BurnError) -> [SolanaInstruction] {
        var found: [SolanaInstruction] = []
        for group in value?.array ?? [] {
            for call in group["instructions"]?.array ?? [] {
                guard found.count < instructionsMax, let program = place(call["programIdIndex"], accounts) else {
                    throw .unreadable
                }
                // The longest data that base58 is read of here is that of all instructions that matter.
                guard program == .tokenProgram || program == .token2022Program,
                    let data = call["data"]?.string.flatMap({ Base58.decode($0) })
                else { continue }
                let places = (call["accounts"]?.array ?? []).compactMap { place($0, accounts) }
                guard places.count == call["accounts"]?.array?.count ?? 0 else { throw .unreadable }
                found.append(
                    SolanaInstruction(
                        program: program,
                        accounts: places.map { SolanaInstruction.Account($0) },
                        data: data
                    )
                )
            }
        }
        return found
    }

    private static func place(_ value: JSONValue?, _ accounts: [SolanaAddress]) -> SolanaAddress? {
        guard let index = value?.int.flatMap(Int.init(exactly:)), accounts.indices.contains(index) else { return nil }
        return accounts[index]
    }

    private static func instruction(of move: TokenMove, _ balances: TokenBalances) -> BurnTransaction.Instruction? {
        let source = balances[move.source]
        guard let mint = move.mint ?? source?.mint else { return nil }
        guard let decimals = move.decimals ?? source?.decimals ?? balances.decimals(of: mint) else { return nil }
        let kind: BurnTransaction.Instruction.Kind =
            switch move.kind {
            case .burn: .burn
            case .burnChecked: .burnChecked
            case .transfer(let account): .transfer(to: account.description)
            }
        // A delegate gives away what is not its own; an account that was made and closed in between is its user's.
        let isOwn = source?.owner.map { $0 == move.authority } ?? true
        return BurnTransaction.Instruction(
            kind,
            mint: mint.description,
            authority: isOwn ? move.authority.description : nobody,
            amount: move.amount,
            decimals: decimals
        )
    }
}
