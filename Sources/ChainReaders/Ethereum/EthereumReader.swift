import JSON

/// Reads an EVM chain over one or more JSON-RPC endpoints.
///
/// State is read at a block named by its hash, never at `latest`: what two endpoints tell can then be compared, and a
/// reorganisation cannot change it in between.
package struct EthereumReader: Sendable {
    package let endpoints: ChainEndpoints
    /// How many blocks nodes may stand apart and still be believed.
    let spreadMax: UInt64

    package init(_ endpoints: ChainEndpoints, spreadBlocksMax: Int = 64) {
        self.endpoints = endpoints
        spreadMax = UInt64(max(1, spreadBlocksMax))
    }

    /// The latest block that cannot be undone any more, as several endpoints agree.
    ///
    /// - Throws: `ChainError`: `.noQuorum`; `.disputed` where one number has two hashes.
    package func agreedBlock() async throws(ChainError) -> Agreed<EthereumBlock> {
        guard let needed = endpoints.quorum else { throw ChainError(.notSetUp, "no endpoint is configured") }
        var others: [String: ChainError] = [:]
        let latest = await endpoints.askAll(EthereumReader.blockCall("finalized"), reading: EthereumReader.block)
        var positions: [(endpoint: String, position: UInt64)] = []
        for (name, outcome) in latest {
            switch outcome {
            case .success(let block): positions.append((name, block.number))
            case .failure(let error): others[name] = error
            }
        }
        let (number, believed) = try Quorum.position(of: positions, needed: needed, spreadMax: spreadMax)
        let call = EthereumReader.blockCall("0x" + String(number, radix: 16))
        var answers: [(endpoint: String, value: EthereumBlock)] = []
        for (name, outcome) in await endpoints.askAll(call, reading: EthereumReader.block) {
            switch outcome {
            case .failure(let error): others[name] = others[name] ?? error
            case .success(let block):
                guard believed.contains(name), block.number == number else {
                    others[name] = ChainError(.disputed, "tells block \(block.number) where \(number) was asked for")
                    continue
                }
                answers.append((name, block))
            }
        }
        return Agreed(
            value: try Quorum.value(of: answers, needed: needed),
            position: number,
            endpoints: answers.map(\.endpoint),
            others: others
        )
    }

    // MARK: Contracts

    /// What a wallet holds of a token at a block, as several endpoints agree, in base units.
    ///
    /// - Throws: `ChainError`: as above; `.malformed` for what is no token, or more than 128 bits.
    package func agreedHolding(
        of token: String,
        by owner: String,
        at block: EthereumBlock
    ) async throws(ChainError) -> Agreed<UInt128> {
        guard let word = EthereumWord(address: owner) else { throw ChainError(.rejected, "no address") }
        return try await agreedNumber(token, EthereumFunction.balanceOf, [word], at: block)
    }

    /// A token's supply at a block, as several endpoints agree.
    ///
    /// - Throws: `ChainError` as `agreedHolding`.
    package func agreedSupply(of token: String, at block: EthereumBlock) async throws(ChainError) -> Agreed<UInt128> {
        try await agreedNumber(token, EthereumFunction.totalSupply, [], at: block)
    }

    /// Whether a contract that is a wallet calls a signature its own (ERC-1271).
    ///
    /// - Parameters:
    ///   - signature: at most 4096 bytes, whatever the contract makes of them.
    ///   - hash: 32 bytes: what was signed.
    ///   - wallet: its address.
    ///   - block: where to look, for it may change its mind.
    /// - Returns: `nil` where no contract is at that address.
    /// - Throws: `ChainError` where nobody can say.
    package func acceptsSignature(
        _ signature: [UInt8],
        under hash: [UInt8],
        wallet: String,
        at block: EthereumBlock
    ) async throws(ChainError) -> Bool? {
        guard hash.count == 32, signature.count <= 4096 else { throw ChainError(.rejected, "no hash or signature") }
        let code = RPCCall("eth_getCode", [.string(wallet), block.reference])
        let isContract = try await endpoints.ask(code) { answer throws(ChainError) in
            guard let text = answer.string, text.hasPrefix("0x") else { throw ChainError(.malformed, "no code") }
            return text.utf8.count > 2
        }.value
        guard isContract else { return nil }
        let padding = [UInt8](repeating: 0, count: (32 - signature.count % 32) % 32)
        let data =
            EthereumFunction.isValidSignature + EthereumReader.hexadecimal(hash) + EthereumWord(64).digits
            + EthereumWord(UInt64(signature.count)).digits + EthereumReader.hexadecimal(signature + padding)
        do throws(ChainError) {
            return try await endpoints.ask(EthereumReader.call(wallet, data, at: block)) { answer throws(ChainError) in
                // Exactly the magic word and zeros; anything else is a no.
                let magic = EthereumFunction.isValidSignature + String(repeating: "0", count: 56)
                return answer.string?.lowercased() == "0x" + magic
            }.value
        } catch {
            guard error.code == .reverted else { throw error }
            return false
        }
    }

    private func agreedNumber(
        _ contract: String,
        _ function: String,
        _ arguments: [EthereumWord],
        at block: EthereumBlock
    ) async throws(ChainError) -> Agreed<UInt128> {
        guard let needed = endpoints.quorum else { throw ChainError(.notSetUp, "no endpoint is configured") }
        let data = function + arguments.map(\.digits).joined()
        let outcomes = await endpoints.askAll(EthereumReader.call(contract, data, at: block)) {
            answer throws(ChainError) in
            guard let text = answer.string, text.hasPrefix("0x"), let word = EthereumWord(digits: text.dropFirst(2)),
                let number = word.number
            else { throw ChainError(.malformed, "no number of 128 bits") }
            return number
        }
        var others: [String: ChainError] = [:]
        var answers: [(endpoint: String, value: UInt128)] = []
        for (name, outcome) in outcomes {
            switch outcome {
            case .success(let value): answers.append((name, value))
            case .failure(let error): others[name] = error
            }
        }
        return Agreed(
            value: try Quorum.value(of: answers, needed: needed),
            position: block.number,
            endpoints: answers.map(\.endpoint),
            others: others
        )
    }

    // MARK: Calls and their answers

    private static func call(_ contract: String, _ data: String, at block: EthereumBlock) -> RPCCall {
        RPCCall("eth_call", [["to": .string(contract), "data": .string("0x" + data)], block.reference])
    }

    private static func blockCall(_ which: String) -> RPCCall {
        RPCCall("eth_getBlockByNumber", [.string(which), false])
    }

    private static func block(_ answer: JSONValue) throws(ChainError) -> EthereumBlock {
        // A node that has not got there yet answers with nothing.
        if answer.isNull { throw ChainError(.behind, "there is no such block yet") }
        guard let number = answer["number"], let hash = answer["hash"]?.string, hash.hasPrefix("0x"),
            EthereumWord(digits: hash.dropFirst(2)) != nil
        else { throw ChainError(.malformed, "a block without number or hash") }
        return EthereumBlock(number: try quantity(number), hash: hash.lowercased())
    }

    private static func quantity(_ answer: JSONValue) throws(ChainError) -> UInt64 {
        guard let text = answer.string, text.hasPrefix("0x"), text.utf8.count <= 18,
            let number = UInt64(text.dropFirst(2), radix: 16)
        else { throw ChainError(.malformed, "no quantity") }
        return number
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// A block, by its number and its hash.
package struct EthereumBlock: Hashable, Sendable {
    package let number: UInt64
    /// `0x` and 64 digits.
    package let hash: String

    package init(number: UInt64, hash: String) {
        self.number = number
        self.hash = hash
    }

    /// How a state is asked for (EIP-1898).
    var reference: JSONValue { ["blockHash": .string(hash), "requireCanonical": true] }
}
