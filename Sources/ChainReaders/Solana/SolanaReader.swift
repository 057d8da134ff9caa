package import Chains
import JSON

/// Reads Solana over one or more JSON-RPC endpoints.
///
/// Everything is read as it was finalized. What decides about votes is read of several endpoints, which have to agree;
/// the rest of the first that answers.
package struct SolanaReader: Sendable {
    package let endpoints: ChainEndpoints
    /// How many slots nodes may stand apart and still be believed: about a minute.
    let spreadMax: UInt64

    package init(_ endpoints: ChainEndpoints, spreadSlotsMax: Int = 150) {
        self.endpoints = endpoints
        spreadMax = UInt64(max(1, spreadSlotsMax))
    }

    static let finalized: JSONValue = ["commitment": "finalized"]

    // MARK: One endpoint's word

    /// The latest finalized slot.
    package func slot() async throws(ChainError) -> Told<UInt64> {
        try await endpoints.ask(RPCCall("getSlot", [Self.finalized]), reading: SolanaAnswers.number)
    }

    /// What a wallet has in the native coin, in lamports.
    package func balance(of wallet: SolanaAddress) async throws(ChainError) -> Told<UInt64> {
        let call = RPCCall("getBalance", [.string(wallet.description), Self.finalized])
        return try await endpoints.ask(call) { answer throws(ChainError) in
            try SolanaAnswers.placed(answer, SolanaAnswers.number).value
        }
    }

    /// What a wallet holds of a token, all of its accounts together, in base units.
    ///
    /// 0 where it has none: the chain says so. A chain that does not answer is an error.
    package func holding(
        of mint: SolanaAddress,
        by owner: SolanaAddress
    ) async throws(ChainError) -> Told<Placed<UInt64>> {
        try await endpoints.ask(SolanaReader.holdingCall(mint, owner, from: nil)) { answer throws(ChainError) in
            try SolanaReader.holding(answer, of: mint, by: owner)
        }
    }

    /// A token's supply and decimals.
    package func mint(_ address: SolanaAddress) async throws(ChainError) -> Told<Placed<TokenMint>> {
        try await endpoints.ask(SolanaReader.mintCall(address, from: nil), reading: SolanaReader.mint)
    }

    // MARK: Calls and their answers

    static func holdingCall(_ mint: SolanaAddress, _ owner: SolanaAddress, from slot: UInt64?) -> RPCCall {
        RPCCall(
            "getTokenAccountsByOwner",
            [
                .string(owner.description), ["mint": .string(mint.description)], options(from: slot),
            ]
        )
    }

    static func holding(
        _ answer: JSONValue,
        of mint: SolanaAddress,
        by owner: SolanaAddress
    ) throws(ChainError) -> Placed<UInt64> {
        try SolanaAnswers.placed(answer) { value throws(ChainError) in
            guard let rows = value.array else { throw ChainError(.malformed, "no list of accounts") }
            var sum: UInt64 = 0
            for row in rows {
                let account = try SolanaReader.tokenAccount(row["account"], of: mint)
                guard account.owner == owner else { throw ChainError(.malformed, "an account of somebody else") }
                let (total, isTooMuch) = sum.addingReportingOverflow(account.amount)
                guard !isTooMuch else { throw ChainError(.malformed, "more than a token can have") }
                sum = total
            }
            return sum
        }
    }

    static func tokenAccount(_ value: JSONValue?, of mint: SolanaAddress) throws(ChainError) -> TokenAccount {
        guard let found = try SolanaAnswers.account(value ?? .null),
            found.owner == .tokenProgram || found.owner == .token2022Program,
            let account = TokenAccount(data: found.data)
        else { throw ChainError(.malformed, "no token account") }
        guard account.mint == mint else { throw ChainError(.malformed, "an account of another token") }
        return account
    }

    static func mintCall(_ address: SolanaAddress, from slot: UInt64?) -> RPCCall {
        RPCCall("getAccountInfo", [.string(address.description), options(from: slot)])
    }

    static func mint(_ answer: JSONValue) throws(ChainError) -> Placed<TokenMint> {
        try SolanaAnswers.placed(answer) { value throws(ChainError) in
            guard let found = try SolanaAnswers.account(value),
                let mint = TokenMint(data: found.data, program: found.owner)
            else { throw ChainError(.rejected, "there is no token of this address") }
            return mint
        }
    }

    static func options(from slot: UInt64?) -> JSONValue {
        var options: [String: JSONValue] = ["commitment": "finalized", "encoding": "base64"]
        if let slot { options["minContextSlot"] = .int(Int64(clamping: slot)) }
        return .object(options)
    }
}

/// A value and the slot at which a node says that it holds.
package struct Placed<Value: Sendable>: Sendable {
    package let slot: UInt64
    package let value: Value
}
