import Chains
import JSON
import Testing

@Suite struct EthereumTests {
    private static let wallet = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
    private static let signature =
        "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
        + "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c"
    private static let twin = "9ff818b327d1fc847ffe79bdd03d25e83e3a5df66962ceb160751b8bd754a118"

    // MARK: Keccak

    @Test func `Keccak-256 has the known hashes, and is not SHA3-256`() {
        #expect(
            Hexadecimal.encode(Keccak256.hash([UInt8]()))
                == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
        )
        #expect(
            Hexadecimal.encode(Keccak256.hash(Array("abc".utf8)))
                == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
        )
    }

    @Test func `Keccak-256 is right for every length around its blocks`() {
        let hashes = (0...300).flatMap { count in Keccak256.hash((0..<count).map { UInt8($0 % 251) }) }
        #expect(
            Hexadecimal.encode(Keccak256.hash(hashes))
                == "4ac8a3b6d9ae989d0806e1dc0dca107b1b963d4123c8eefa4743ee2e4db1af28"
        )
    }

    // MARK: Addresses

    @Test(arguments: [
        "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ])
    func `an address is written with its checksum and read in any case that claims none`(text: String) throws {
        let address = try #require(EthereumAddress(text))
        #expect(address.description == text)
        #expect(EthereumAddress(text.lowercased()) == address)
        #expect(EthereumAddress("0x" + text.dropFirst(2).uppercased()) == address)
        #expect(EthereumAddress(bytes: address.bytes) == address && address.bytes.count == 20)
    }

    @Test(arguments: [
        "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeda", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg", "", "0x",
        "0x0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea",
    ])
    func `a wrong checksum and other texts are no address`(text: String) { #expect(EthereumAddress(text) == nil) }

    @Test func `addresses are in the order of their bytes`() throws {
        let zero = [UInt8](repeating: 0, count: 20)
        for index in 0..<20 {
            var bytes = zero
            bytes[index] = 1
            let (low, high) = (try #require(EthereumAddress(bytes: zero)), try #require(EthereumAddress(bytes: bytes)))
            #expect(low < high && high.bytes == bytes)
        }
    }

    // MARK: Signatures

    @Test func `the signer of a text comes out of its signature, whichever way its last byte is written`() throws {
        let text = Array("Some data".utf8)
        let hash = EthereumSignedText.personalMessageHash(text)
        #expect(
            Hexadecimal.encode(hash) == "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655"
        )
        var signature = try [UInt8](hex: Self.signature)
        let signer = try Secp256k1.recover(signature: signature, hash: hash)
        #expect(signer.description == Self.wallet)
        signature[64] -= 27
        let same = try Secp256k1.recover(signature: signature, hash: hash)
        #expect(same == signer)
        try EthereumSignedText.verify(text: "Some data", address: signer, signature: signature)
        #expect(throws: EthereumSignedText.Refusal.self) {
            try EthereumSignedText.verify(text: "some data", address: signer, signature: signature)
        }
    }

    @Test func `signatures that no wallet makes are refused, each for its own reason`() throws {
        let hash = EthereumSignedText.personalMessageHash(Array("Some data".utf8))
        let good = try [UInt8](hex: Self.signature)
        let zero = [UInt8](repeating: 0, count: 32)
        let order = try [UInt8](hex: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        let twin = try [UInt8](hex: Self.twin)
        let cases: [([UInt8], Secp256k1.Refusal)] = [
            (good.dropLast(), .wrongLength(bytes: 64)), (good + [0], .wrongLength(bytes: 66)),
            (good.dropLast() + [2], .badRecoveryByte(2)), (good.dropLast() + [26], .badRecoveryByte(26)),
            (good.dropLast() + [29], .badRecoveryByte(29)), (good.dropLast() + [255], .badRecoveryByte(255)),
            (zero + good[32...], .outOfRange), (order + good[32...], .outOfRange),
            (good[..<32] + zero + [27], .outOfRange), (good[..<32] + order + [27], .outOfRange),
            (good[..<32] + twin + [27], .highS), (good[..<32] + twin + [28], .highS),
            // No point has this x.
            (zero.dropLast() + [5] + good[32...], .noSigner),
        ]
        for (signature, refusal) in cases {
            #expect(throws: refusal) { try Secp256k1.recover(signature: signature, hash: hash) }
        }
        #expect(throws: Secp256k1.Refusal.wrongHashLength(bytes: 31)) {
            try Secp256k1.recover(signature: good, hash: hash.dropLast())
        }
    }

    @Test func `a wallet that is a contract yet to be deployed is told apart`() throws {
        let address = try #require(EthereumAddress(Self.wallet))
        let signature = [UInt8](repeating: 1, count: 96) + (0..<16).flatMap { _ -> [UInt8] in [0x64, 0x92] }
        #expect(throws: EthereumSignedText.Refusal.counterfactualWallet) {
            try EthereumSignedText.verify(text: "Some data", address: address, signature: signature)
        }
    }

    @Test func `threads share the library`() async throws {
        let hash = EthereumSignedText.personalMessageHash(Array("Some data".utf8))
        let signature = try [UInt8](hex: Self.signature)
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<64 {
                group.addTask { try Secp256k1.recover(signature: signature, hash: hash).description }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(answers == [Self.wallet])
    }
}

@Suite(.enabled(if: VectorFile.isThere, VectorFile.absence)) struct EthereumVectorTests {
    @Test func `hashes and checksums are those of another implementation`() throws {
        let file = try VectorFile.read("evm_auth")
        let hashes = try file.list("keccak256")
        #expect(hashes.count == 6)
        for vector in hashes {
            let (bytes, digest) = (try vector.bytes("hex"), try vector.bytes("digest"))
            #expect(Keccak256.hash(bytes) == digest)
        }
        let addresses = try file.list("eip55")
        #expect(addresses.count == 8)
        for text in addresses.compactMap(\.string) {
            let address = try #require(EthereumAddress(text))
            #expect(address.description == text && EthereumAddress(text.lowercased()) == address)
        }
    }

    @Test func `signatures are accepted and refused as by another implementation`() throws {
        let vectors = try VectorFile.read("evm_auth").list("personalSign")
        #expect(vectors.count == 40)
        for vector in vectors {
            let hash = EthereumSignedText.personalMessageHash(try vector.bytes("messageHex"))
            let expected = try vector.bytes("eip191HashHex")
            #expect(hash == expected)
            let signature = try vector.bytes("signatureHex")
            let address = try vector.text("address")
            let signer = try? Secp256k1.recover(signature: signature, hash: hash).description
            let (isAccepted, why) = (try vector.text("expect") == "accept", try vector.text("why"))
            #expect((signer == address) == isAccepted, "\(why)")
            // These have a signer, though not the one who was expected.
            let hasSigner = isAccepted || why.hasPrefix("wrong recovery id") || why == "bit flip"
            #expect((signer != nil) == hasSigner || why == "bit flip", "\(why)")
        }
    }
}
