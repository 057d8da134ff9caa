package import Bus
package import Chains
package import JSON

import struct Foundation.Data

extension SolanaReader {
    // MARK: Sending

    /// A fresh blockhash, and until which block height it serves.
    package func latestBlockhash() async throws(ChainError) -> Told<Blockhash> {
        try await endpoints.ask(RPCCall("getLatestBlockhash", [Self.finalized])) { answer throws(ChainError) in
            try SolanaAnswers.placed(answer) { value throws(ChainError) in
                guard let text = value["blockhash"]?.string, let hash = SolanaAddress(text),
                    let height = value["lastValidBlockHeight"]?.int.flatMap(UInt64.init(exactly:))
                else { throw ChainError(.malformed, "no blockhash") }
                return Blockhash(bytes: hash.bytes, lastValidBlockHeight: height)
            }.value
        }
    }

    /// The lowest finalized block height that any endpoint tells: what has run out there has run out everywhere.
    ///
    /// - Throws: `ChainError` with `.noQuorum` where too few answer.
    package func lowestBlockHeight() async throws(ChainError) -> UInt64 {
        let call = RPCCall("getBlockHeight", [Self.finalized])
        return try await enough(call, reading: SolanaAnswers.number).min() ?? 0
    }

    /// The answers of all endpoints that give one, if they are enough to build on.
    private func enough<Value: Sendable>(
        _ call: RPCCall,
        reading read: @escaping @Sendable (JSONValue) throws(ChainError) -> Value
    ) async throws(ChainError) -> [Value] {
        guard let needed = endpoints.quorum else { throw ChainError(.notSetUp, "no endpoint is configured") }
        let answers = await endpoints.askAll(call, reading: read).compactMap { try? $0.outcome.get() }
        guard answers.count >= needed else {
            throw ChainError(.noQuorum, "\(answers.count) of \(needed) endpoints have answered")
        }
        return answers
    }

    /// Hands a signed transaction to a node; that it was taken says nothing about whether it will land.
    ///
    /// - Parameter transaction: its bytes as they go over the wire, at most 1232.
    /// - Returns: the signature that the node names it by.
    /// - Throws: `ChainError` with `.preflight` where it would fail.
    package func send(_ transaction: [UInt8]) async throws(ChainError) -> Told<String> {
        let options: JSONValue = ["encoding": "base64", "preflightCommitment": "finalized", "maxRetries": 0]
        let call = RPCCall("sendTransaction", [.string(Data(transaction).base64EncodedString()), options])
        return try await endpoints.ask(call) { answer throws(ChainError) in
            guard let signature = answer.string else { throw ChainError(.malformed, "no signature") }
            return signature
        }
    }

    /// What has become of a transaction, as far as any endpoint knows.
    ///
    /// That one of them knows nothing says nothing: it may be behind, or have forgotten.
    /// - Throws: `ChainError` with `.noQuorum` where too few answer.
    package func status(of signature: String) async throws(ChainError) -> TransactionStatus {
        let options: JSONValue = ["searchTransactionHistory": true]
        let call = RPCCall("getSignatureStatuses", [[.string(signature)], options])
        let told = try await enough(call) { answer throws(ChainError) in
            try SolanaAnswers.placed(answer) { value throws(ChainError) in
                guard let row = value[0] else { throw ChainError(.malformed, "no list of statuses") }
                return try SolanaReader.status(row)
            }.value
        }
        return told.max { $0.weight < $1.weight } ?? .unknown
    }

    private static func status(_ row: JSONValue) throws(ChainError) -> TransactionStatus {
        if row.isNull { return .unknown }
        guard let slot = row["slot"]?.int.flatMap(UInt64.init(exactly:)) else {
            throw ChainError(.malformed, "a status without a slot")
        }
        if let error = row["err"], !error.isNull {
            return .failed(slot: slot, String(decoding: error.bytes.prefix(300), as: UTF8.self))
        }
        switch row["confirmationStatus"]?.string {
        case "finalized": return .finalized(slot: slot)
        case "confirmed", "processed": return .seen(slot: slot)
        default: throw ChainError(.malformed, "a status without its confirmation")
        }
    }

    // MARK: Looking back

    /// Signatures of transactions that concern an address, the newest first.
    ///
    /// - Parameters:
    ///   - address: a wallet, a mint or an account.
    ///   - before: only those older than this one.
    ///   - until: only those newer than this one.
    ///   - limit: 1 to 1000.
    /// - Returns: at most so many.
    /// - Throws: `ChainError`.
    package func signatures(
        of address: SolanaAddress,
        before: String? = nil,
        until: String? = nil,
        limit: Int = 1000
    ) async throws(ChainError) -> Told<[NotedTransaction]> {
        var options: [String: JSONValue] = ["commitment": "finalized", "limit": .int(Int64(min(1000, max(1, limit))))]
        if let before { options["before"] = .string(before) }
        if let until { options["until"] = .string(until) }
        let call = RPCCall("getSignaturesForAddress", [.string(address.description), .object(options)])
        return try await endpoints.ask(call) { answer throws(ChainError) in
            guard let rows = answer.array else { throw ChainError(.malformed, "no list of signatures") }
            return try rows.map { row throws(ChainError) in
                guard let signature = row["signature"]?.string,
                    let slot = row["slot"]?.int.flatMap(UInt64.init(exactly:))
                else { throw ChainError(.malformed, "a row without signature or slot") }
                return NotedTransaction(
                    signature: signature,
                    slot: slot,
                    time: row["blockTime"]?.int.flatMap(SolanaReader.time),
                    hasFailed: row["err"].map { !$0.isNull } ?? false
                )
            }
        }
    }

    /// A block's time; `nil` for what no clock can mean.
    private static func time(_ seconds: Int64) -> Timestamp? {
        (0...4_102_444_800).contains(seconds) ? Timestamp(seconds: seconds) : nil
    }

    /// A finalized transaction as the node tells it, with its message in base64; `nil` where there is none.
    package func transaction(_ signature: String) async throws(ChainError) -> Told<JSONValue?> {
        let options: JSONValue = [
            "commitment": "finalized", "encoding": "base64", "maxSupportedTransactionVersion": 0,
        ]
        let call = RPCCall("getTransaction", [.string(signature), options])
        return try await endpoints.ask(call) { answer throws(ChainError) in answer.isNull ? nil : answer }
    }
}

/// What makes a transaction fresh.
package struct Blockhash: Hashable, Sendable {
    /// 32 of them.
    package let bytes: [UInt8]
    package let lastValidBlockHeight: UInt64
}

/// What a node knows of a transaction.
package enum TransactionStatus: Hashable, Sendable {
    case unknown
    /// It has landed, and may yet be undone.
    case seen(slot: UInt64)
    case finalized(slot: UInt64)
    /// It has landed, and done nothing.
    case failed(slot: UInt64, String)

    /// How much it says.
    fileprivate var weight: Int {
        switch self {
        case .unknown: 0
        case .seen: 1
        case .failed: 2
        case .finalized: 3
        }
    }
}

/// A transaction in an address's history.
package struct NotedTransaction: Hashable, Sendable {
    package let signature: String
    package let slot: UInt64
    package let time: Timestamp?
    package let hasFailed: Bool
}
