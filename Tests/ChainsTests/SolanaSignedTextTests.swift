import Chains
import Testing

@Suite struct SolanaSignedTextTests {
    private static let text = "radio.example wants you to sign in\nNonce: k3Xw9QpL"
    private let key: Ed25519.SigningKey
    private let other: Ed25519.SigningKey

    init() throws {
        key = try Ed25519.SigningKey([UInt8](repeating: 1, count: 32))
        other = try Ed25519.SigningKey([UInt8](repeating: 2, count: 32))
    }

    /// Why a signature of these bytes is refused.
    private func refusal(
        _ bytes: [UInt8],
        _ form: SolanaSignedText.Form,
        text: String = text,
        address: SolanaAddress? = nil
    ) -> SolanaSignedText.Refusal? {
        do {
            try SolanaSignedText.verify(
                text: text,
                address: address ?? key.publicKey,
                signature: key.sign(bytes),
                form: form
            )
            return nil
        } catch { return error }
    }

    private func message(
        _ instructions: [SolanaInstruction],
        payer: SolanaAddress? = nil,
        blockhash: SolanaHash = .zero,
        version: SolanaMessage.Version = .legacy,
        tables: [SolanaMessage.LookupTable] = []
    ) throws -> [UInt8] {
        try SolanaMessage(
            payer: payer ?? key.publicKey,
            instructions: instructions,
            blockhash: blockhash,
            version: version,
            lookupTables: tables
        ).bytes
    }

    @Test func `a bare text is accepted as it stands only`() {
        let bytes = Array(Self.text.utf8)
        #expect(refusal(bytes, .plain) == nil)
        #expect(refusal(bytes + [0x0a], .plain) == .signature(.badSignature))
        #expect(refusal(bytes, .plain, address: other.publicKey) == .signature(.badSignature))
        #expect(refusal(bytes, .offchain) == .signature(.badSignature))
    }

    @Test func `an address that nobody can sign for is refused for that`() throws {
        let derived = try ProgramAddress.find(seeds: [], program: .governanceProgram).address
        let bytes = Array(Self.text.utf8)
        #expect(refusal(bytes, .plain, address: derived) == .programAddress)
        #expect(refusal(bytes, .offchain, address: derived) == .programAddress)
        #expect(refusal(bytes, .plain, address: .systemProgram) == .signature(.smallOrderKey))
    }

    // MARK: Envelopes

    @Test func `envelopes of all versions are accepted`() throws {
        let bodies: [OffchainEnvelope.Body] = [
            .short, .version0(applicationDomain: .zero, signers: [key.publicKey]),
            .version1(signers: [key.publicKey]),
        ]
        for body in bodies {
            for text in [Self.text, "Printable.", "Grüße"] {
                let bytes = try #require(OffchainEnvelope(text, body).bytes)
                #expect(refusal(bytes, .offchain, text: text) == nil)
                #expect(refusal(bytes, .envelope(bytes), text: text) == nil)
                #expect(refusal(bytes, .envelope(bytes), text: text + "!") == .otherText)
                #expect(refusal(bytes, .offchain, text: text + "!") == .signature(.badSignature))
                let read = try #require(OffchainEnvelope(parsing: bytes))
                #expect(read == OffchainEnvelope(text, body))
            }
        }
    }

    @Test func `an envelope may name an application and more signers, but has to name the wallet`() throws {
        let domain = try #require(SolanaHash(bytes: [UInt8](repeating: 5, count: 32)))
        func bytes(_ signers: [SolanaAddress]) throws -> [UInt8] {
            try #require(OffchainEnvelope(Self.text, .version0(applicationDomain: domain, signers: signers)).bytes)
        }
        let (both, stranger) = (try bytes([other.publicKey, key.publicKey]), try bytes([other.publicKey]))
        #expect(refusal(both, .envelope(both)) == nil && refusal(both, .offchain) == .signature(.badSignature))
        #expect(refusal(stranger, .envelope(stranger)) == .otherSigner)
        #expect(refusal(Array(Self.text.utf8), .envelope(both)) == .signature(.badSignature))
    }

    @Test func `envelopes have their bytes`() throws {
        let prefix = "ff736f6c616e61206f6666636861696e"
        let key = String(repeating: "11", count: 32)
        let address = try #require(SolanaAddress(bytes: try [UInt8](hex: key)))
        func hex(_ text: String, _ body: OffchainEnvelope.Body) -> String? {
            OffchainEnvelope(text, body).bytes.map { Hexadecimal.encode($0) }
        }
        #expect(hex("Hi", .short) == prefix + "00" + "00" + "0200" + "4869")
        #expect(hex("Hi\n", .short) == prefix + "00" + "01" + "0300" + "48690a")
        #expect(
            hex("Hi", .version0(applicationDomain: .zero, signers: [address]))
                == prefix + "00" + String(repeating: "00", count: 32) + "00" + "01" + key + "0200" + "4869"
        )
        #expect(hex("Hi", .version1(signers: [address])) == prefix + "01" + "01" + key + "4869")
        // What no packet holds is of the third format.
        let (most, more) = (String(repeating: "x", count: 1212), String(repeating: "x", count: 1213))
        #expect(OffchainEnvelope(most, .short).bytes?[17] == 0 && OffchainEnvelope(more, .short).bytes?[17] == 2)
        #expect(hex("", .short) == nil && hex("Hi", .version1(signers: [])) == nil)
        #expect(hex(String(repeating: "x", count: 65_536), .short) == nil)
    }

    @Test func `envelopes that break a rule are not read`() throws {
        let prefix = "ff736f6c616e61206f6666636861696e"
        let (low, high, zero) = (
            String(repeating: "11", count: 32), String(repeating: "22", count: 32), String(repeating: "00", count: 32)
        )
        let wrong = [
            "", "00", "0000", "00000000", "0000020048", "000002004869ff", "00030200" + "4869", "000003004869" + "0a",
            "00010100ff", "02" + "00" + "0200" + "4869", "00" + zero + "00" + "00" + "02004869",
            "00" + zero + "00" + "01" + low + "02004869ff", "00" + zero + "00" + "02" + low + low + "02004869",
            "01" + "00" + "4869", "01" + "01" + low, "01" + "02" + high + low + "4869",
            "01" + "02" + low + low + "4869",
            "01" + "02" + low + "4869", "01" + "01" + low + "ff",
        ]
        for body in wrong {
            #expect(OffchainEnvelope(parsing: try [UInt8](hex: prefix + body)) == nil, "\(body)")
        }
        #expect(OffchainEnvelope(parsing: try [UInt8](hex: prefix + "01" + "02" + low + high + "4869"))?.text == "Hi")
        #expect(
            OffchainEnvelope(parsing: try [UInt8](hex: "fe" + prefix.dropFirst(2) + "00" + "00" + "02004869")) == nil
        )
    }

    // MARK: Transactions

    @Test func `a transaction that holds the text as its only memo and never lands is accepted`() throws {
        let memo = Memo.instruction(text: Self.text, signers: [key.publicKey])
        let old = SolanaInstruction(program: .memoProgramV1, accounts: [], data: Array(Self.text.utf8))
        let budget = [ComputeBudget.unitLimit(200_000), ComputeBudget.unitPrice(microLamports: 1)]
        let given = try SolanaSignedText.transaction(text: Self.text, address: key.publicKey).bytes
        let accepted = [
            given, try message([memo]), try message([old]), try message(budget + [memo]),
            try message([memo], version: .version0),
        ]
        for bytes in accepted { #expect(refusal(bytes, .transaction(bytes)) == nil) }
        #expect(refusal(accepted[1], .transaction(accepted[2])) == .signature(.badSignature))
    }

    @Test func `a transaction that could do anything else is refused`() throws {
        let memo = Memo.instruction(text: Self.text)
        let block = try #require(SolanaHash(bytes: [UInt8](repeating: 7, count: 32)))
        let transfer = SystemProgram.transfer(from: key.publicKey, to: other.publicKey, lamports: 1)
        let table = SolanaMessage.LookupTable(address: .rentSysvar, entries: [other.publicKey])
        let cases: [([UInt8], SolanaSignedText.Refusal)] = [
            (try message([memo], blockhash: block), .couldLand),
            (try message([memo, transfer]), .otherInstruction(.systemProgram)),
            (try message([transfer, memo]), .otherInstruction(.systemProgram)),
            (try message([memo], payer: other.publicKey), .otherSigner),
            (try message([Memo.instruction(text: Self.text, signers: [other.publicKey])]), .otherSigner),
            (try message([]), .otherText), (try message([memo, memo]), .otherText),
            (try message([Memo.instruction(text: Self.text + " ")]), .otherText),
            (try message([memo, Memo.instruction(text: "more")]), .otherText),
            (Array(Self.text.utf8), .badTransaction(.truncated)),
        ]
        for (bytes, expected) in cases { #expect(refusal(bytes, .transaction(bytes)) == expected) }
        let lookedUp = SolanaInstruction(
            program: .memoProgram,
            accounts: [SolanaInstruction.Account(other.publicKey)],
            data: Array(Self.text.utf8)
        )
        let bytes = try message([lookedUp], version: .version0, tables: [table])
        #expect(refusal(bytes, .transaction(bytes)) == .couldLand)
    }

    @Test func `refusals say what to do`() {
        #expect("\(SolanaSignedText.Refusal.programAddress)".contains("use the wallet that controls"))
        #expect("\(SolanaSignedText.Refusal.signature(.badSignature))".contains("sign the text as it stands"))
    }
}
