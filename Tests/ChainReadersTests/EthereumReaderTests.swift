import ChainReaders
import HTTPClient
import JSON
import Testing

/// Reading an EVM chain of several nodes.
@Suite struct EthereumReaderTests {
    private static let token = "0x" + String(repeating: "11", count: 20)
    private static let wallet = "0x" + String(repeating: "22", count: 20)
    private static let hash = "0x" + String(repeating: "ab", count: 32)
    private static let block = EthereumBlock(number: 16, hash: hash)

    private static func reader(_ nodes: [String], _ script: @escaping ScriptedNodes.Script) -> EthereumReader {
        let endpoints = nodes.map { ChainEndpoint(name: $0, url: "http://\($0)", callsPerSecond: 1000) }
        return EthereumReader(ChainEndpoints(endpoints, transport: ScriptedNodes(script)))
    }

    private static func told(_ number: String, _ hash: String = hash) -> ScriptedNodes.Act {
        .result(["number": .string(number), "hash": .string(hash)])
    }

    @Test func `nodes agree on the earlier of their finalized blocks, by its hash`() async throws {
        let reader = Self.reader(["a", "b"]) { node, _, params in
            Self.told(params[0] == "finalized" && node == "a" ? "0x12" : "0x10")
        }
        let agreed = try await reader.agreedBlock()
        #expect(agreed.value == Self.block)
    }

    @Test func `one number with two hashes is a dispute`() async throws {
        let reader = Self.reader(["a", "b"]) { node, _, _ in
            Self.told("0x10", node == "a" ? Self.hash : "0x" + String(repeating: "cd", count: 32))
        }
        let error = await #expect(throws: ChainError.self) { try await reader.agreedBlock() }
        #expect(error?.code == .disputed)
    }

    @Test func `a holding may have more than 64 bits, and nonsense is no holding`() async throws {
        let word = "0x" + String(repeating: "0", count: 40) + "ffffffffffffffffffffffff"
        let reader = Self.reader(["a", "b"]) { _, _, _ in .result(.string(word)) }
        let agreed = try await reader.agreedHolding(of: Self.token, by: Self.wallet, at: Self.block)
        #expect(agreed.value == UInt128(1) << 96 - 1)
        for nonsense in ["0x", "0x00", "0x" + String(repeating: "f", count: 64)] {
            let bad = Self.reader(["a", "b"]) { _, _, _ in .result(.string(nonsense)) }
            let error = await #expect(throws: ChainError.self) {
                try await bad.agreedHolding(of: Self.token, by: Self.wallet, at: Self.block)
            }
            #expect(error?.code == .noQuorum)
        }
    }

    private static func accepts(_ act: ScriptedNodes.Act) async throws -> Bool? {
        let reader = reader(["a"]) { _, method, _ in method == "eth_getCode" ? .result("0x6001") : act }
        return try await reader.acceptsSignature(
            [1, 2, 3],
            under: [UInt8](repeating: 5, count: 32),
            wallet: wallet,
            at: block
        )
    }

    @Test func `a contract accepts a signature by the magic word alone`() async throws {
        let magic = "0x1626ba7e" + String(repeating: "0", count: 56)
        let isAccepted = try await Self.accepts(.result(.string(magic)))
        #expect(isAccepted == true)
        let others = [
            "0x", "0x1626ba7e", "0x" + String(repeating: "0", count: 63) + "1",
            "0x1626ba7e" + String(repeating: "0", count: 55) + "1", magic + "00",
        ]
        let acts =
            others.map { ScriptedNodes.Act.result(.string($0)) }
            + [.error(3, "execution reverted"), .error(-32000, "out of gas")]
        for act in acts {
            let isAccepted = try await Self.accepts(act)
            #expect(isAccepted == false)
        }
    }

    @Test func `an address without code is no contract, and a node that is away says nothing`() async throws {
        let reader = Self.reader(["a"]) { _, _, _ in .result("0x") }
        let answer = try await reader.acceptsSignature(
            [],
            under: [UInt8](repeating: 5, count: 32),
            wallet: Self.wallet,
            at: Self.block
        )
        #expect(answer == nil)
        await #expect(throws: ChainError.self) { try await Self.accepts(.status(503)) }
    }
}
