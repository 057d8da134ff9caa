import Chains
import JSON
import Testing

@Suite struct SolanaAddressTests {
    @Test func `addresses are read and written as base58 of 32 bytes`() throws {
        let token = try #require(SolanaAddress("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"))
        #expect(token == .tokenProgram && token.bytes.count == 32 && SolanaAddress(bytes: token.bytes) == token)
        #expect(token.description == "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
        #expect(SolanaAddress.systemProgram.description == "11111111111111111111111111111111")
        #expect(SolanaAddress("1111111111111111111111111111111") == nil && SolanaAddress("") == nil)
        // Seen in notes, and too long by two bytes.
        #expect(SolanaAddress("GovER5Lthms3bLBqWub97yVrMmEogzNAz5oqB2gRLGxyP") == nil)
        #expect(SolanaAddress(bytes: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func `addresses are in the order of their bytes`() throws {
        for index in 0..<32 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[index] = 0x80
            let address = try #require(SolanaAddress(bytes: bytes))
            #expect(SolanaAddress.systemProgram < address && address.bytes == bytes)
            bytes[index] = 0x7f
            let lower = try #require(
                SolanaAddress(bytes: bytes.prefix(index + 1) + [UInt8](repeating: 0xff, count: 31 - index))
            )
            #expect(lower < address)
        }
    }

    @Test func `a signature has 64 bytes`() throws {
        let bytes = (0..<64).map { UInt8($0) }
        let signature = try #require(SolanaSignature(bytes: bytes))
        #expect(signature.bytes == bytes && SolanaSignature(signature.description) == signature)
        #expect(SolanaSignature(SolanaAddress.tokenProgram.description) == nil)
        #expect(SolanaHash.zero.description == String(repeating: "1", count: 32))
    }

    @Test func `points of small and mixed order are on the curve, as the chain sees it`() throws {
        for hex in Ed25519Tests.smallOrderKeys.filter({ !$0.hasPrefix("01") }) + [
            "01" + String(repeating: "00", count: 31)
        ] {
            let address = try #require(SolanaAddress(bytes: try [UInt8](hex: hex)))
            #expect(address.isOnCurve, "\(hex)")
        }
    }

    @Test func `seeds are joined, and their bounds are kept`() throws {
        func find(_ seeds: [String]) throws -> ProgramAddress {
            try ProgramAddress.find(seeds: seeds.map { Array($0.utf8) }, program: .governanceProgram)
        }
        let (apart, together) = (try find(["butter", "fly"]), try find(["butterfly"]))
        #expect(apart == together && !apart.address.isOnCurve)
        let most = try find([String](repeating: String(repeating: "x", count: 32), count: 15))
        #expect(!most.address.isOnCurve)
        #expect(throws: ProgramAddress.Refusal.tooManySeeds(16)) { try find([String](repeating: "", count: 16)) }
        #expect(throws: ProgramAddress.Refusal.seedTooLong(index: 1, bytes: 33)) {
            try find(["", String(repeating: "x", count: 33)])
        }
    }
}

@Suite(.enabled(if: VectorFile.isThere, VectorFile.absence)) struct SolanaAddressVectorTests {
    @Test func `what is on the curve is what the chain says`() throws {
        let vectors = try VectorFile.read("solana_pda").list("curve")
        #expect(vectors.count == 60)
        for vector in vectors {
            let address = try #require(SolanaAddress(bytes: try vector.bytes("hex")))
            #expect(address.isOnCurve == vector["onCurve"]?.bool)
        }
    }

    @Test func `derived addresses are those of the chain`() throws {
        let vectors = try VectorFile.read("solana_pda").list("pda")
        #expect(vectors.count == 40)
        for vector in vectors {
            let seeds = try vector.list("seedsHex").map { try [UInt8](hex: try #require($0.string)) }
            let found = try ProgramAddress.find(seeds: seeds, program: try vector.address("program"))
            let address = try vector.address("address")
            #expect(found.address == address && Int64(found.bump) == vector["bump"]?.int)
        }
    }

    @Test func `token accounts are those of the chain, for both token programs`() throws {
        let file = try VectorFile.read("solana_pda")
        for (name, program, count) in [("ata", SolanaAddress.tokenProgram, 6), ("ataToken2022", .token2022Program, 4)] {
            let vectors = try file.list(name)
            #expect(vectors.count == count)
            for vector in vectors {
                let found = try ProgramAddress.associatedTokenAddress(
                    owner: try vector.address("owner"),
                    mint: try vector.address("mint"),
                    tokenProgram: program
                )
                let address = try vector.address("ata")
                #expect(found == address)
            }
        }
    }
}
