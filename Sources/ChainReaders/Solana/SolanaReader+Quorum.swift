package import Chains
import JSON

extension SolanaReader {
    /// How often a reading is repeated that could not be agreed upon: the state may have moved between two answers.
    private static let roundsMax = 3

    /// What a wallet holds of a token, as several endpoints agree.
    ///
    /// - Throws: `ChainError` with `.noQuorum` or `.disputed` where they do not.
    package func agreedHolding(
        of mint: SolanaAddress,
        by owner: SolanaAddress
    ) async throws(ChainError) -> Agreed<UInt64> {
        try await agreed {
            SolanaReader.holdingCall(mint, owner, from: $0)
        } reading: { answer throws(ChainError) in
            try SolanaReader.holding(answer, of: mint, by: owner)
        }
    }

    /// A token's supply, decimals and program, as several endpoints agree.
    ///
    /// - Throws: `ChainError` as `agreedHolding`.
    package func agreedMint(_ address: SolanaAddress) async throws(ChainError) -> Agreed<TokenMint> {
        try await agreed({ SolanaReader.mintCall(address, from: $0) }, reading: SolanaReader.mint)
    }

    /// Everybody who holds a token, with the supply at that moment, as several endpoints agree.
    ///
    /// Whatever happens within a transaction is not seen: accounts are read as they are between blocks.
    /// - Throws: `ChainError` as `agreedHolding`; `.malformed` where holders have more than there is.
    package func agreedHolders(of address: SolanaAddress) async throws(ChainError) -> Agreed<TokenHolders> {
        let mint = try await agreedMint(address)
        let holders = try await agreed { slot in
            SolanaReader.holdersCall(address, mint.value.program, from: max(slot, mint.position))
        } reading: { answer throws(ChainError) in
            try SolanaReader.holders(answer, of: address)
        }
        let sum = holders.value.values.reduce(UInt128(0)) { $0 + UInt128($1) }
        guard sum <= UInt128(mint.value.supply) else {
            throw ChainError(.disputed, "the holders have \(sum) of \(mint.value.supply)")
        }
        return Agreed(
            value: TokenHolders(mint: mint.value, amounts: holders.value),
            position: holders.position,
            endpoints: holders.endpoints,
            others: holders.others
        )
    }

    // MARK: Agreeing

    private func agreed<Value: Equatable & Sendable>(
        _ call: (UInt64) -> RPCCall,
        reading read: @escaping @Sendable (JSONValue) throws(ChainError) -> Placed<Value>
    ) async throws(ChainError) -> Agreed<Value> {
        var last = ChainError(.notSetUp, "no endpoint is configured")
        for _ in 0..<SolanaReader.roundsMax {
            do throws(ChainError) {
                return try await round(call, reading: read)
            } catch {
                last = error
                guard error.code == .disputed else { throw error }
            }
        }
        throw last
    }

    private func round<Value: Equatable & Sendable>(
        _ call: (UInt64) -> RPCCall,
        reading read: @escaping @Sendable (JSONValue) throws(ChainError) -> Placed<Value>
    ) async throws(ChainError) -> Agreed<Value> {
        guard let needed = endpoints.quorum else { throw ChainError(.notSetUp, "no endpoint is configured") }
        var others: [String: ChainError] = [:]
        var positions: [(endpoint: String, position: UInt64)] = []
        let slots = await endpoints.askAll(RPCCall("getSlot", [Self.finalized]), reading: SolanaAnswers.number)
        for (name, outcome) in slots {
            switch outcome {
            case .success(let slot): positions.append((name, slot))
            case .failure(let error): others[name] = error
            }
        }
        let (slot, believed) = try Quorum.position(of: positions, needed: needed, spreadMax: spreadMax)
        var answers: [(endpoint: String, value: Value)] = []
        var earliest = UInt64.max
        for (name, outcome) in await endpoints.askAll(call(slot), reading: read) {
            switch outcome {
            case .failure(let error): others[name] = others[name] ?? error
            case .success(let told):
                let isInPlace = told.slot >= slot && told.slot - slot <= spreadMax
                guard believed.contains(name), isInPlace else {
                    others[name] = ChainError(.disputed, "tells slot \(told.slot) where \(slot) was agreed upon")
                    continue
                }
                answers.append((name, told.value))
                earliest = min(earliest, told.slot)
            }
        }
        return Agreed(
            value: try Quorum.value(of: answers, needed: needed),
            position: earliest,
            endpoints: answers.map(\.endpoint),
            others: others
        )
    }

    // MARK: Holders

    private static func holdersCall(_ mint: SolanaAddress, _ program: SolanaAddress, from slot: UInt64) -> RPCCall {
        var filters: [JSONValue] = [["memcmp": ["offset": 0, "bytes": .string(mint.description)]]]
        // Accounts of Token-2022 have extensions, and so no size in common.
        if program == .tokenProgram { filters.append(["dataSize": .int(Int64(TokenAccount.sizeBytes))]) }
        guard case .object(var options) = options(from: slot) else { return RPCCall("getProgramAccounts") }
        options["filters"] = .array(filters)
        options["withContext"] = true
        return RPCCall("getProgramAccounts", [.string(program.description), .object(options)])
    }

    private static func holders(
        _ answer: JSONValue,
        of mint: SolanaAddress
    ) throws(ChainError) -> Placed<[SolanaAddress: UInt64]> {
        try SolanaAnswers.placed(answer) { value throws(ChainError) in
            guard let rows = value.array else { throw ChainError(.malformed, "no list of accounts") }
            var amounts: [SolanaAddress: UInt64] = [:]
            amounts.reserveCapacity(rows.count)
            for row in rows {
                // What begins like an account of this token, but is none that can hold, holds nothing.
                guard let found = try SolanaAnswers.account(row["account"] ?? .null) else { continue }
                guard let account = TokenAccount(data: found.data) else { continue }
                guard account.mint == mint else { throw ChainError(.malformed, "an account of another token") }
                guard account.amount > 0 else { continue }
                let (sum, isTooMuch) = amounts[account.owner, default: 0].addingReportingOverflow(account.amount)
                guard !isTooMuch else { throw ChainError(.malformed, "more than a token can have") }
                amounts[account.owner] = sum
            }
            return amounts
        }
    }
}

/// Who holds a token, at one moment.
package struct TokenHolders: Equatable, Sendable {
    package let mint: TokenMint
    /// What each wallet holds in all of its accounts together, in base units; never 0.
    package let amounts: [SolanaAddress: UInt64]
}
