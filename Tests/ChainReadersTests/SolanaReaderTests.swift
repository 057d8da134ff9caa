import Bus
import ChainReaders
import Chains
import Foundation
import HTTPClient
import JSON
import TestKit
import Testing
import Threading

/// Reading Solana of several nodes that fail, lag, lie and disagree.
@Suite struct SolanaReaderTests {
    private static let mint = address(7)
    private static let owner = address(9)

    private static func address(_ byte: UInt8) -> SolanaAddress {
        guard let address = SolanaAddress(bytes: [UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are an address")
        }
        return address
    }

    private static func reader(
        _ nodes: [String],
        quorum: Int = 2,
        _ script: @escaping ScriptedNodes.Script
    ) -> (reader: SolanaReader, transport: ScriptedNodes) {
        let transport = ScriptedNodes(script)
        var settings = ChainEndpoints.Settings()
        settings.quorum = quorum
        let endpoints = nodes.map { ChainEndpoint(name: $0, url: "http://\($0)", callsPerSecond: 1000) }
        return (SolanaReader(ChainEndpoints(endpoints, transport: transport, settings: settings)), transport)
    }

    /// A token account's data as the chain keeps it.
    private static func account(
        _ amount: UInt64,
        mint: SolanaAddress = mint,
        owner: SolanaAddress = owner,
        program: SolanaAddress = .tokenProgram,
        tail: [UInt8] = []
    ) -> JSONValue {
        var data = mint.bytes + owner.bytes
        data += withUnsafeBytes(of: amount.littleEndian) { Array($0) }
        data += [UInt8](repeating: 0, count: 165 - data.count)
        data[108] = 1
        return row(data + tail, program)
    }

    /// As a wallet's accounts and a token's holders are listed.
    private static func row(_ data: [UInt8], _ program: SolanaAddress) -> JSONValue {
        [
            "pubkey": "x",
            "account": [
                "owner": .string(program.description),
                "data": [.string(Data(data).base64EncodedString()), "base64"],
            ],
        ]
    }

    private static func mintAccount(supply: UInt64, program: SolanaAddress = .tokenProgram) -> JSONValue {
        var data = [UInt8](repeating: 0, count: 36)
        data += withUnsafeBytes(of: supply.littleEndian) { Array($0) }
        data += [6, 1] + [UInt8](repeating: 0, count: 36)
        return row(data, program)["account"] ?? .null
    }

    private static func placed(_ value: JSONValue, slot: Int64 = 1000) -> JSONValue {
        ["context": ["slot": .int(slot)], "value": value]
    }

    // MARK: One after the other

    @Test(arguments: [
        ScriptedNodes.Act.status(503), .status(429, headers: ["Retry-After": "7"]), .silent,
        .error(-32005, "Node is behind by 42 slots", data: ["numSlotsBehind": 42]), .error(-32016, "min context"),
        .status(200, body: "{\"jsonrpc\""), .status(200, body: "<html>"),
    ])
    func `where one node fails the next one is asked`(act: ScriptedNodes.Act) async throws {
        let (reader, transport) = Self.reader(["a", "b"]) { node, _, _ in node == "a" ? act : .result(77) }
        let told = try await reader.slot()
        #expect(told.value == 77)
        #expect(told.endpoint == "b")
        #expect(transport.asked == ["a getSlot", "b getSlot"])
    }

    @Test func `a question that is wrong in itself is asked once`() async throws {
        let (reader, transport) = Self.reader(["a", "b"]) { _, _, _ in .error(-32602, "Invalid param") }
        let error = await #expect(throws: ChainError.self) { try await reader.slot() }
        #expect(error?.code == .rejected)
        #expect(transport.asked.count == 1)
    }

    @Test func `a node that asks for rest gets it, and the others are asked meanwhile`() async throws {
        let (reader, transport) = Self.reader(["a", "b"]) { node, _, _ in
            node == "a" ? .status(429, headers: ["Retry-After": "60"]) : .result(1)
        }
        _ = try await reader.slot()
        _ = try await reader.slot()
        #expect(transport.asked == ["a getSlot", "b getSlot", "b getSlot"])
        #expect(reader.endpoints.standings.map(\.isLeftAlone) == [true, false])
    }

    @Test func `without an endpoint it is said that there is none`() async throws {
        let (reader, _) = Self.reader([]) { _, _, _ in .result(1) }
        let error = await #expect(throws: ChainError.self) { try await reader.slot() }
        #expect(error?.code == .notSetUp)
        let other = await #expect(throws: ChainError.self) { try await reader.agreedMint(Self.mint) }
        #expect(other?.code == .notSetUp)
    }

    // MARK: Holdings

    @Test func `all accounts of a wallet make its holding, and no account is a holding of nothing`() async throws {
        let (reader, _) = Self.reader(["a"]) { _, _, _ in
            .result(Self.placed([Self.account(5), Self.account(6, program: .token2022Program, tail: [2, 1, 2])]))
        }
        let told = try await reader.holding(of: Self.mint, by: Self.owner)
        #expect(told.value.value == 11)
        let (empty, _) = Self.reader(["a"]) { _, _, _ in .result(Self.placed([])) }
        #expect(try await empty.holding(of: Self.mint, by: Self.owner).value.value == 0)
    }

    @Test func `what a node tells of another wallet, token or program is no answer`() async throws {
        let stranger = Self.address(1)
        let rows = [
            Self.account(5, owner: stranger), Self.account(5, mint: stranger), Self.account(5, program: .memoProgram),
            Self.row([1, 2, 3], .tokenProgram), Self.account(.max),
        ]
        for row in rows {
            let (reader, _) = Self.reader(["a"]) { _, _, _ in .result(Self.placed([row, Self.account(1)])) }
            let error = await #expect(throws: ChainError.self) {
                try await reader.holding(of: Self.mint, by: Self.owner)
            }
            #expect(error?.code == .malformed)
        }
    }

    // MARK: Agreeing

    private static func holding(_ amounts: [String: UInt64], slots: [String: Int64]) -> ScriptedNodes.Script {
        { node, method, params in
            let slot = slots[node] ?? 1000
            guard method != "getSlot" else { return .result(.int(slot)) }
            guard slot >= params[2]["minContextSlot"]?.int ?? 0 else { return .error(-32016, "not reached") }
            return .result(placed([account(amounts[node] ?? 0)], slot: slot))
        }
    }

    @Test func `nodes that tell the same agree, and the earliest slot counts`() async throws {
        let (reader, _) = Self.reader(
            ["a", "b"],
            Self.holding(["a": 5, "b": 5], slots: ["a": 1003, "b": 1000])
        )
        let agreed = try await reader.agreedHolding(of: Self.mint, by: Self.owner)
        #expect(agreed.value == 5)
        #expect(agreed.position == 1000)
        #expect(agreed.endpoints == ["a", "b"])
        #expect(agreed.others.isEmpty)
    }

    @Test func `a node of another cluster is asked nothing, and one that has shown its own is asked once`() async throws
    {
        let transport = ScriptedNodes { node, method, _ in
            switch method {
            case "getGenesisHash": .result(node == "b" ? "another" : "ours")
            case "getSlot": .result(1000)
            default: .result(Self.placed([Self.account(5)]))
            }
        }
        let nodes = ["a", "b", "c"].map { ChainEndpoint(name: $0, url: "http://\($0)", callsPerSecond: 1000) }
        let endpoints = ChainEndpoints(nodes, identity: .solana(genesisHash: "ours"), transport: transport)
        let reader = SolanaReader(endpoints)
        for _ in 0..<2 {
            let agreed = try await reader.agreedHolding(of: Self.mint, by: Self.owner)
            #expect(agreed.endpoints == ["a", "c"])
            #expect(agreed.others["b"]?.code == .otherChain)
        }
        #expect(Set(transport.asked.filter { $0.hasPrefix("b") }) == ["b getGenesisHash"])
        #expect(transport.asked.filter { $0 == "a getGenesisHash" }.count == 1)
        #expect(endpoints.standings[1].lastError?.code == .otherChain)
    }

    @Test func `nodes that differ are a dispute, whatever the majority says`() async throws {
        let (reader, transport) = Self.reader(["a", "b", "c"], Self.holding(["a": 5, "b": 5, "c": 6], slots: [:]))
        let error = await #expect(throws: ChainError.self) {
            try await reader.agreedHolding(of: Self.mint, by: Self.owner)
        }
        #expect(error?.code == .disputed)
        // The state may have moved between two answers, so it was asked three times.
        #expect(transport.asked.count == 3 * 6)
    }

    @Test func `a dispute that passes is none`() async throws {
        let round = Counter()
        let (reader, _) = Self.reader(["a", "b"]) { node, method, _ in
            guard method != "getSlot" else { return .result(1000) }
            let amount: UInt64 = node == "b" && round.next() == 0 ? 4 : 5
            return .result(Self.placed([Self.account(amount)]))
        }
        #expect(try await reader.agreedHolding(of: Self.mint, by: Self.owner).value == 5)
    }

    @Test func `a node that tells an impossible slot is not believed`() async throws {
        for lie in [Int64(5), 9_000_000] {
            let (reader, _) = Self.reader(
                ["a", "b", "c"],
                Self.holding(["a": 5, "b": 5, "c": 900], slots: ["c": lie])
            )
            let agreed = try await reader.agreedHolding(of: Self.mint, by: Self.owner)
            #expect(agreed.value == 5)
            #expect(agreed.endpoints == ["a", "b"])
            #expect(agreed.others["c"] != nil)
        }
        // Of two nobody can say which one lies.
        let (two, _) = Self.reader(["a", "c"], Self.holding(["a": 5, "c": 5], slots: ["c": 9_000_000]))
        let error = await #expect(throws: ChainError.self) {
            try await two.agreedHolding(of: Self.mint, by: Self.owner)
        }
        #expect(error?.code == .noQuorum)
    }

    @Test func `an answer from before the agreed slot is not believed`() async throws {
        let (reader, _) = Self.reader(["a", "b"]) { node, method, _ in
            guard method != "getSlot" else { return .result(1000) }
            return .result(Self.placed([Self.account(5)], slot: node == "b" ? 999 : 1000))
        }
        let error = await #expect(throws: ChainError.self) {
            try await reader.agreedHolding(of: Self.mint, by: Self.owner)
        }
        #expect(error?.code == .noQuorum)
    }

    @Test func `one node of two that is away is no quorum; one of three is`() async throws {
        let script: ScriptedNodes.Script = { node, method, _ in
            if node == "b" { return .silent }
            return method == "getSlot" ? .result(1000) : .result(Self.placed([Self.account(5)]))
        }
        let (two, _) = Self.reader(["a", "b"], script)
        let error = await #expect(throws: ChainError.self) {
            try await two.agreedHolding(of: Self.mint, by: Self.owner)
        }
        #expect(error?.code == .noQuorum)
        let (three, _) = Self.reader(["a", "b", "c"], script)
        let agreed = try await three.agreedHolding(of: Self.mint, by: Self.owner)
        #expect(agreed.endpoints == ["a", "c"])
        #expect(agreed.others["b"]?.code == .timedOut)
    }

    // MARK: Holders

    private static func holders(_ rows: [JSONValue], supply: UInt64) -> ScriptedNodes.Script {
        { _, method, _ in
            switch method {
            case "getSlot": .result(1000)
            case "getAccountInfo": .result(placed(mintAccount(supply: supply)))
            default: .result(placed(.array(rows)))
            }
        }
    }

    @Test func `holders are added up by wallet, and empty accounts are none`() async throws {
        let other = Self.address(3)
        let rows = [Self.account(5), Self.account(6), Self.account(0, owner: other), Self.account(7, owner: other)]
        let (reader, _) = Self.reader(["a", "b"], Self.holders(rows, supply: 20))
        let agreed = try await reader.agreedHolders(of: Self.mint)
        #expect(agreed.value.amounts == [Self.owner: 11, other: 7])
        #expect(agreed.value.mint.supply == 20)
        #expect(agreed.value.mint.decimals == 6)
    }

    @Test func `holders who have more than there is are not believed`() async throws {
        let (reader, _) = Self.reader(["a", "b"], Self.holders([Self.account(21)], supply: 20))
        let error = await #expect(throws: ChainError.self) { try await reader.agreedHolders(of: Self.mint) }
        #expect(error?.code == .disputed)
    }

    @Test func `what is no token is refused`() async throws {
        for account in [
            JSONValue.null, Self.account(1)["account"] ?? .null, Self.mintAccount(supply: 1, program: .memoProgram),
        ] {
            let (reader, _) = Self.reader(["a", "b"]) { _, method, _ in
                method == "getSlot" ? .result(1000) : .result(Self.placed(account))
            }
            let error = await #expect(throws: ChainError.self) { try await reader.agreedMint(Self.mint) }
            #expect(error?.code == .noQuorum || error?.code == .rejected)
        }
    }

    // MARK: Transactions

    @Test func `a transaction's fate is told as the node tells it`() async throws {
        let rows: [(JSONValue, TransactionStatus)] = [
            (.null, .unknown),
            (["slot": 5, "err": .null, "confirmationStatus": "confirmed"], .seen(slot: 5)),
            (["slot": 5, "err": .null, "confirmationStatus": "finalized"], .finalized(slot: 5)),
            (
                ["slot": 5, "err": ["InstructionError": [0, ["Custom": 1]]], "confirmationStatus": "finalized"],
                .failed(slot: 5, #"{"InstructionError":[0,{"Custom":1}]}"#)
            ),
        ]
        for (row, expected) in rows {
            let (reader, _) = Self.reader(["a"]) { _, _, _ in .result(Self.placed([row])) }
            let status = try await reader.status(of: "x")
            #expect(status == expected)
        }
    }

    @Test func `one node that knows of a transaction is enough, and the lowest height counts`() async throws {
        let (reader, _) = Self.reader(["a", "b"]) { node, method, _ in
            guard method == "getSignatureStatuses" else { return .result(node == "a" ? 900 : 700) }
            let row: JSONValue = ["slot": 5, "err": .null, "confirmationStatus": "confirmed"]
            return .result(Self.placed([node == "a" ? .null : row]))
        }
        let (status, height) = (try await reader.status(of: "x"), try await reader.lowestBlockHeight())
        #expect(status == .seen(slot: 5))
        #expect(height == 700)
    }

    @Test func `what becomes of a transaction is not known while too few nodes answer`() async throws {
        let (reader, _) = Self.reader(["a", "b"]) { node, _, _ in node == "a" ? .result(Self.placed([.null])) : .silent
        }
        let error = await #expect(throws: ChainError.self) { try await reader.status(of: "x") }
        #expect(error?.code == .noQuorum)
    }

    @Test func `a transaction that would fail is not handed to a second node`() async throws {
        let (reader, transport) = Self.reader(["a", "b"]) { _, _, _ in
            .error(-32002, "simulation failed", data: ["err": "BlockhashNotFound"])
        }
        let error = await #expect(throws: ChainError.self) { try await reader.send([1, 2, 3]) }
        #expect(error?.code == .preflight)
        #expect(error?.detail.contains("BlockhashNotFound") == true)
        #expect(transport.asked.count == 1)
    }
}

/// Counts from 0.
final class Counter: Sendable {
    private let state = Mutex(0)
    func next() -> Int {
        state.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}
