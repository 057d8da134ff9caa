import Chains
import JSON
import Testing

/// Messages and transactions that another implementation has made.
@Suite(.enabled(if: VectorFile.isThere, VectorFile.absence)) struct SolanaTransactionVectorTests {
    private struct Vector {
        let payer: SolanaAddress
        let instructions: [SolanaInstruction]
        let tables: [SolanaMessage.LookupTable]
        let message: SolanaMessage
        let messageBytes: [UInt8]
        let base64: String
        let seeds: [[UInt8]]

        init(_ value: JSONValue) throws {
            payer = try value.address("payer")
            instructions = try value.list("instructions").map { value in
                SolanaInstruction(
                    program: try value.address("programId"),
                    accounts: try value.list("accounts").map { account in
                        SolanaInstruction.Account(
                            try account.address("pubkey"),
                            isSigner: try #require(account["signer"]?.bool as Bool?),
                            isWritable: try #require(account["writable"]?.bool as Bool?)
                        )
                    },
                    data: try value.bytes("dataHex")
                )
            }
            tables = try (value["lookupTables"]?.array ?? []).map { table in
                let entries = try table.list("addresses").map { try #require($0.string.flatMap { SolanaAddress($0) }) }
                return SolanaMessage.LookupTable(address: try table.address("key"), entries: entries)
            }
            message = try SolanaMessage(
                payer: payer,
                instructions: instructions,
                blockhash: try #require(SolanaHash(try value.text("recentBlockhash"))),
                version: value["version"]?.string == "legacy" ? .legacy : .version0,
                lookupTables: tables
            )
            messageBytes = try value.bytes("messageHex")
            base64 = try value.text("txBase64")
            seeds = try value.list("signerSeedsHex").map { try [UInt8](hex: try #require($0.string)) }
        }

        /// What the tables hold at the places that the message names.
        func lookedUp() throws -> SolanaMessage.LookedUp {
            func found(_ places: (SolanaMessage.Lookup) -> [UInt8]) throws -> [SolanaAddress] {
                try message.lookups.flatMap { lookup in
                    let table = try #require(tables.first { $0.address == lookup.table })
                    return places(lookup).map { table.entries[Int($0)] }
                }
            }
            return SolanaMessage.LookedUp(writable: try found { $0.writable }, readonly: try found { $0.readonly })
        }
    }

    private static func vectors() throws -> [Vector] {
        let values = try #require(try VectorFile.read("solana_tx").array)
        return try values.map { try Vector($0) }
    }

    @Test func `messages and transactions come out byte for byte`() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count == 24)
        #expect(vectors.contains { $0.message.version == .legacy } && vectors.contains { !$0.message.lookups.isEmpty })
        for vector in vectors {
            #expect(vector.message.bytes == vector.messageBytes)
            let keys = try vector.seeds.map { try Ed25519.SigningKey($0) }
            let transaction = try SolanaTransaction(signing: vector.message, with: keys)
            #expect(transaction.base64 == vector.base64)
        }
    }

    @Test func `they are read back into their instructions`() throws {
        for vector in try Self.vectors() {
            let transaction = try SolanaTransaction(base64: vector.base64)
            try transaction.verify()
            #expect(transaction.message == vector.message && transaction.base64 == vector.base64)
            let instructions = try transaction.message.instructions(lookedUp: try vector.lookedUp())
            #expect(instructions.map(\.program) == vector.instructions.map(\.program))
            #expect(instructions.map(\.data) == vector.instructions.map(\.data))
            for (read, given) in zip(instructions, vector.instructions) {
                #expect(read.accounts.map(\.address) == given.accounts.map(\.address))
                // What is asked for once in a transaction holds in all of it.
                let isGranted = zip(read.accounts, given.accounts).allSatisfy { read, given in
                    (read.isSigner || !given.isSigner) && (read.isWritable || !given.isWritable)
                }
                #expect(isGranted)
            }
        }
    }

    @Test func `what breaks off is refused, and what is changed is refused or read as it stands`() throws {
        for vector in try Self.vectors() {
            for count in 0..<vector.messageBytes.count {
                #expect(throws: SolanaWireError.self) {
                    try SolanaMessage(parsing: Array(vector.messageBytes[..<count]))
                }
            }
            for index in vector.messageBytes.indices {
                var bytes = vector.messageBytes
                bytes[index] ^= 0x81
                guard let message = try? SolanaMessage(parsing: bytes) else { continue }
                #expect(message.bytes == bytes)
            }
        }
    }
}
