import Bus
import ChainReaders
import Chains
import Foundation
import HTTPClient
import JSON
import Threading

/// Stands in for a node of Solana: signatures by address, transactions, and one token.
final class FakeChain: Sendable {
    struct Row: Sendable {
        let signature: String
        let seconds: Int64
        var hasFailed = false
    }

    struct State: Sendable {
        /// The newest first.
        var signatures: [String: [Row]] = [:]
        var transactions: [String: JSONValue] = [:]
        /// Transactions that the node fails at, so many times.
        var failures: [String: Int] = [:]
        var asked: [String: Int] = [:]
    }

    let state = Mutex(State())
    static let decimals: UInt8 = 6

    var reader: SolanaReader {
        var settings = ChainEndpoints.Settings()
        settings.breaker.failuresMax = 1_000_000
        let transport = ScriptedTransport { [self] request in .success(answer(request)) }
        return SolanaReader(
            ChainEndpoints(
                [ChainEndpoint(name: "one", url: "http://chain", callsPerSecond: 1_000_000)],
                transport: transport,
                settings: settings
            )
        )
    }

    func asked(_ method: String) -> Int { state.withLock { $0.asked[method, default: 0] } }

    /// Puts a transaction on the chain, newer than all before it.
    func add(_ made: MadeTransaction, to addresses: [SolanaAddress], at seconds: Int64) {
        state.withLock { state in
            state.transactions[made.signature] = made.json
            for address in addresses {
                state.signatures[address.description, default: []]
                    .insert(Row(signature: made.signature, seconds: seconds), at: 0)
            }
        }
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let call = try? JSONValue(parsing: request.body), let method = call["method"]?.string else {
            return HTTPResponse(status: 400)
        }
        return state.withLock { state in
            state.asked[method, default: 0] += 1
            guard let result = FakeChain.result(method, call["params"] ?? .null, &state) else {
                return HTTPResponse(status: 503)
            }
            return HTTPResponse(
                status: 200,
                body: JSONValue.object(["jsonrpc": "2.0", "id": 1, "result": result]).bytes
            )
        }
    }

    /// - Returns: `nil` for a failure of the node.
    private static func result(_ method: String, _ params: JSONValue, _ state: inout State) -> JSONValue? {
        let first = params[0]?.string ?? ""
        switch method {
        case "getSignaturesForAddress":
            var rows = (state.signatures[first] ?? [])[...]
            if let before = params[1]?["before"]?.string { rows = rows.drop { $0.signature != before }.dropFirst() }
            if let until = params[1]?["until"]?.string { rows = rows.prefix { $0.signature != until } }
            return .array(
                rows.prefix(Int(params[1]?["limit"]?.int ?? 1000)).map { row in
                    [
                        "signature": .string(row.signature), "slot": 100, "blockTime": .int(row.seconds),
                        "err": row.hasFailed ? ["InstructionError": [0, "Custom"]] : .null,
                    ]
                }
            )
        case "getTransaction":
            if let left = state.failures[first], left > 0 {
                state.failures[first] = left - 1
                return nil
            }
            return state.transactions[first] ?? .null
        case "getAccountInfo":
            var mint = [UInt8](repeating: 0, count: 82)
            (mint[44], mint[45]) = (decimals, 1)
            let account: JSONValue = [
                "owner": .string(SolanaAddress.tokenProgram.description),
                "data": [.string(Data(mint).base64EncodedString()), "base64"], "lamports": 1, "executable": false,
            ]
            return ["context": ["slot": 100], "value": account]
        default: return nil
        }
    }
}

/// A signed transaction as a node tells it.
struct MadeTransaction: Sendable {
    let signature: String
    var json: JSONValue
}

/// Makes transactions of token programs, with real keys and signatures.
struct TransactionMaker {
    let mint: SolanaAddress
    let burnAccount: SolanaAddress
    let treasury: SolanaAddress

    init() throws {
        mint = try Self.key(1).publicKey
        burnAccount = try Self.key(2).publicKey
        treasury = try Self.key(3).publicKey
    }

    static func key(_ seed: UInt8, _ second: UInt8 = 0) throws -> Ed25519.SigningKey {
        var bytes = [UInt8](repeating: seed, count: 32)
        bytes[31] = second
        return try Ed25519.SigningKey(bytes)
    }

    /// What an instruction of a token program carries.
    static func data(_ tag: UInt8, _ amount: UInt64, decimals: UInt8? = nil) -> [UInt8] {
        var data = [tag] + (0..<8).map { UInt8(truncatingIfNeeded: amount >> (8 * $0)) }
        if let decimals { data.append(decimals) }
        return data
    }

    /// Where the wallet of a key has its tokens.
    static func tokens(of owner: SolanaAddress) -> SolanaAddress {
        SolanaAddress(bytes: owner.bytes.map { $0 ^ 0x55 }) ?? owner
    }

    func instruction(_ tag: UInt8, _ amount: UInt64, by owner: SolanaAddress, to: SolanaAddress? = nil)
        -> SolanaInstruction
    {
        typealias Account = SolanaInstruction.Account
        let source = Account(Self.tokens(of: owner), isWritable: true)
        let authority = Account(owner, isSigner: true)
        let target = Account(to ?? burnAccount, isWritable: true)
        let (accounts, decimals): ([Account], UInt8?) =
            switch tag {
            case 3: ([source, target, authority], nil)
            case 8: ([source, Account(mint, isWritable: true), authority], nil)
            case 12: ([source, Account(mint), target, authority], FakeChain.decimals)
            default: ([source, Account(mint, isWritable: true), authority], FakeChain.decimals)
            }
        return SolanaInstruction(
            program: .tokenProgram,
            accounts: accounts,
            data: Self.data(tag, amount, decimals: decimals)
        )
    }

    /// A transaction that one key pays for and signs; `owner` has the token account where that is somebody else.
    ///
    /// Another `place` makes it another transaction than one that does the same.
    func make(
        _ instructions: [SolanaInstruction],
        by key: Ed25519.SigningKey,
        owner: SolanaAddress? = nil,
        place: UInt32 = 0,
        error: JSONValue = .null,
        inner: (SolanaMessage) -> JSONValue = { _ in [] }
    ) throws -> MadeTransaction {
        let hash = SolanaHash(bytes: (0..<32).map { UInt8(truncatingIfNeeded: $0 < 4 ? place >> (8 * $0) : 7) })
        let message = try SolanaMessage(
            payer: key.publicKey,
            instructions: instructions,
            blockhash: hash ?? .zero
        )
        let transaction = try SolanaTransaction(signing: message, with: [key])
        let account = Self.tokens(of: key.publicKey)
        let balances: JSONValue = .array(
            message.accounts.indices.filter { message.accounts[$0] == account }.map { index in
                [
                    "accountIndex": .int(Int64(index)), "mint": .string(mint.description),
                    "owner": .string((owner ?? key.publicKey).description),
                    "uiTokenAmount": ["amount": "1000000000", "decimals": .int(Int64(FakeChain.decimals))],
                ]
            }
        )
        let json: JSONValue = [
            "slot": 100, "blockTime": 1_790_000_000, "version": "legacy",
            "transaction": [.string(transaction.base64), "base64"],
            "meta": [
                "err": error, "preTokenBalances": balances, "postTokenBalances": balances,
                "innerInstructions": inner(message), "loadedAddresses": ["writable": [], "readonly": []],
            ],
        ]
        return MadeTransaction(signature: transaction.id.description, json: json)
    }
}

func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
