import Chains
import JSON
import Testing

@Suite struct SolanaMessageTests {
    private static func address(_ number: UInt8) throws -> SolanaAddress {
        try #require(SolanaAddress(bytes: [number] + [UInt8](repeating: number, count: 31)))
    }

    private static func hash() throws -> SolanaHash {
        try #require(SolanaHash(bytes: [UInt8](repeating: 7, count: 32)))
    }

    private static func key(_ number: UInt8) throws -> Ed25519.SigningKey {
        try Ed25519.SigningKey([UInt8](repeating: number, count: 32))
    }

    @Test func `accounts are ordered by what they do, and their roles are joined`() throws {
        let (payer, one, two, three) = (
            try Self.address(9), try Self.address(1), try Self.address(2), try Self.address(3)
        )
        let program = try Self.address(4)
        let message = try SolanaMessage(
            payer: payer,
            instructions: [
                SolanaInstruction(
                    program: program,
                    accounts: [
                        SolanaInstruction.Account(one), SolanaInstruction.Account(two, isWritable: true),
                        SolanaInstruction.Account(three, isSigner: true),
                    ],
                    data: [1]
                ),
                SolanaInstruction(
                    program: program,
                    accounts: [SolanaInstruction.Account(two, isSigner: true)],
                    data: []
                ),
            ],
            blockhash: try Self.hash()
        )
        #expect(message.accounts == [payer, two, three, one, program] && message.payer == payer)
        #expect(Array(message.signers) == [payer, two, three])
        #expect(message.header.readonlySigners == 1 && message.header.readonlyOthers == 2)
        let read = try SolanaMessage(parsing: message.bytes)
        let instructions = try read.instructions()
        #expect(read == message && instructions.count == 2 && instructions[0].data == [1])
        #expect(instructions[0].accounts.map(\.isSigner) == [false, true, true])
        #expect(instructions[0].accounts.map(\.isWritable) == [false, true, false])
    }

    @Test func `known calls have their bytes`() throws {
        let (one, two) = (try Self.address(1), try Self.address(2))
        let transfer = SystemProgram.transfer(from: one, to: two, lamports: 0x0102_0304_0506_0708)
        #expect(Hexadecimal.encode(transfer.data) == "020000000807060504030201" && transfer.program == .systemProgram)
        #expect(transfer.accounts.map(\.isSigner) == [true, false] && transfer.accounts.allSatisfy(\.isWritable))
        #expect(Hexadecimal.encode(ComputeBudget.unitLimit(200_000).data) == "02400d0300")
        #expect(Hexadecimal.encode(ComputeBudget.unitPrice(microLamports: 5000).data) == "038813000000000000")
        let memo = Memo.instruction(text: "Grüße", signers: [one])
        #expect(Memo.text(of: memo) == "Grüße" && memo.accounts == [SolanaInstruction.Account(one, isSigner: true)])
        #expect(Memo.text(of: transfer) == nil)
        #expect(Memo.text(of: SolanaInstruction(program: .memoProgramV1, accounts: [], data: [0xff])) == nil)
    }

    @Test func `a transaction is signed by all who have to and by nobody else`() throws {
        let (payer, other, stranger) = (try Self.key(1), try Self.key(2), try Self.key(3))
        let message = try SolanaMessage(
            payer: payer.publicKey,
            instructions: [Memo.instruction(text: "hello", signers: [other.publicKey])],
            blockhash: try Self.hash()
        )
        let transaction = try SolanaTransaction(signing: message, with: [other, payer])
        try transaction.verify()
        #expect(transaction.id == payer.sign(message.bytes))
        let (fromBytes, fromText) = (
            try SolanaTransaction(parsing: transaction.bytes), try SolanaTransaction(base64: transaction.base64)
        )
        #expect(fromBytes == transaction && fromText == transaction)
        #expect(throws: SolanaWireError.missingSigner(other.publicKey)) {
            try SolanaTransaction(signing: message, with: [payer])
        }
        #expect(throws: SolanaWireError.unexpectedSigner(stranger.publicKey)) {
            try SolanaTransaction(signing: message, with: [payer, other, stranger])
        }
        var swapped = transaction.bytes
        swapped.replaceSubrange(1..<129, with: swapped[65..<129] + swapped[1..<65])
        let wrong = try SolanaTransaction(parsing: swapped)
        #expect(throws: SolanaWireError.badSignature(payer.publicKey, .badSignature)) { try wrong.verify() }
        #expect(throws: SolanaWireError.signatureCount(1, required: 2)) {
            try SolanaTransaction(parsing: [1] + transaction.bytes[1..<65] + message.bytes)
        }
        #expect(throws: SolanaWireError.badBase64) { try SolanaTransaction(base64: transaction.base64 + "=") }
    }

    @Test func `a transaction fills a packet and no more`() throws {
        let payer = try Self.key(1)
        func transaction(_ count: Int) throws -> SolanaTransaction {
            let message = try SolanaMessage(
                payer: payer.publicKey,
                instructions: [
                    Memo.instruction(text: String(repeating: "x", count: count), signers: [payer.publicKey])
                ],
                blockhash: try Self.hash()
            )
            return try SolanaTransaction(signing: message, with: [payer])
        }
        // 65 for the signature, 3 + 65 + 32 before the call, which takes 1 + 1 + 2 + 2 besides its data.
        let full = 1232 - 65 - 100 - 6
        let largest = try transaction(full)
        #expect(largest.bytes.count == SolanaTransaction.sizeBytesMax)
        #expect(throws: SolanaWireError.tooLong) { try transaction(full + 1) }
        #expect(throws: SolanaWireError.tooLong) { try transaction(70_000) }
        #expect(throws: SolanaWireError.tooLong) { try SolanaMessage(parsing: [UInt8](repeating: 0, count: 1233)) }
        #expect(throws: SolanaWireError.tooLong) { try SolanaTransaction(base64: String(repeating: "A", count: 1648)) }
    }

    @Test func `lookups keep signers, programs and the payer in the message`() throws {
        let (payer, one, two, program, table) = (
            try Self.address(9), try Self.address(1), try Self.address(2), try Self.address(4), try Self.address(8)
        )
        let instruction = SolanaInstruction(
            program: program,
            accounts: [
                SolanaInstruction.Account(one, isWritable: true), SolanaInstruction.Account(two),
                SolanaInstruction.Account(program), SolanaInstruction.Account(payer),
            ],
            data: []
        )
        let tables = [SolanaMessage.LookupTable(address: table, entries: [two, program, payer, one])]
        let message = try SolanaMessage(
            payer: payer,
            instructions: [instruction],
            blockhash: try Self.hash(),
            version: .version0,
            lookupTables: tables
        )
        #expect(message.accounts == [payer, program] && message.calls[0].accounts == [2, 3, 1, 0])
        #expect(message.lookups.count == 1 && message.lookups[0].writable == [3] && message.lookups[0].readonly == [0])
        let read = try SolanaMessage(parsing: message.bytes)
        let instructions = try read.instructions(lookedUp: SolanaMessage.LookedUp(writable: [one], readonly: [two]))
        #expect(instructions[0].accounts.map(\.address) == instruction.accounts.map(\.address))
        #expect(instructions[0].accounts.map(\.isWritable) == [true, false, false, true])
        #expect(throws: SolanaWireError.wrongLookedUp) { try read.instructions() }
        #expect(throws: SolanaWireError.lookupsInLegacy) {
            try SolanaMessage(payer: payer, instructions: [instruction], blockhash: .zero, lookupTables: tables)
        }
        let long = SolanaMessage.LookupTable(address: table, entries: [SolanaAddress](repeating: one, count: 257))
        #expect(throws: SolanaWireError.tableTooLong(table)) {
            try SolanaMessage(
                payer: payer,
                instructions: [],
                blockhash: .zero,
                version: .version0,
                lookupTables: [long]
            )
        }
    }

    @Test func `several tables are used in their order, and one that helps nothing is left out`() throws {
        func account(_ number: UInt8, isSigner: Bool = false, isWritable: Bool = false) throws
            -> SolanaInstruction.Account
        {
            SolanaInstruction.Account(try Self.address(number), isSigner: isSigner, isWritable: isWritable)
        }
        let first = [
            try account(1, isWritable: true), try account(2), try account(3, isSigner: true),
            try account(5, isWritable: true), try account(6),
        ]
        let second = [try account(2, isWritable: true), try account(4), try account(9), try account(10)]
        let tables: [(UInt8, [UInt8])] = [(20, [6, 1, 3, 9]), (21, [30]), (22, [1, 5, 2, 4, 2])]
        let message = try SolanaMessage(
            payer: try Self.address(9),
            instructions: [
                SolanaInstruction(program: try Self.address(4), accounts: first, data: [1, 2]),
                SolanaInstruction(program: try Self.address(7), accounts: second, data: []),
            ],
            blockhash: try Self.hash(),
            version: .version0,
            lookupTables: try tables.map { table, entries in
                SolanaMessage.LookupTable(
                    address: try Self.address(table),
                    entries: try entries.map { try Self.address($0) }
                )
            }
        )
        // Another implementation gives the same bytes.
        func key(_ byte: String) -> String { String(repeating: byte, count: 32) }
        let accounts = ["09", "03", "04", "07", "0a"].map(key).joined()
        let calls = "02" + "02" + "050506010708" + "020102" + "03" + "0406020004" + "00"
        let lookups = "02" + key("14") + "0101" + "0100" + key("16") + "020201" + "00"
        let expected = "80" + "020103" + "05" + accounts + key("07") + calls + lookups
        #expect(Hexadecimal.encode(message.bytes) == expected)
    }

    // MARK: What is not well formed

    /// A message of two accounts and one call, from its parts.
    private func message(header: [UInt8], accounts: [UInt8], call: [UInt8]) -> [UInt8] {
        header + [UInt8(accounts.count)] + accounts.flatMap { [UInt8](repeating: $0, count: 32) }
            + [UInt8](repeating: 7, count: 32) + [1] + call
    }

    @Test func `messages that break a rule are refused for it`() throws {
        let good = message(header: [1, 0, 1], accounts: [1, 2], call: [1, 1, 0, 0])
        let read = try SolanaMessage(parsing: good)
        #expect(read.bytes == good)
        let account = try Self.address(1)
        let cases: [([UInt8], SolanaWireError)] = [
            (message(header: [0, 0, 1], accounts: [1, 2], call: [1, 0, 0]), .badHeader),
            (message(header: [1, 1, 1], accounts: [1, 2], call: [1, 0, 0]), .badHeader),
            (message(header: [3, 0, 0], accounts: [1, 2], call: [1, 0, 0]), .badHeader),
            (message(header: [1, 0, 2], accounts: [1, 2], call: [1, 0, 0]), .badHeader),
            (message(header: [1, 0, 1], accounts: [1, 2], call: [2, 0, 0]), .badIndex),
            (message(header: [1, 0, 1], accounts: [1, 2], call: [0, 0, 0]), .badIndex),
            (message(header: [1, 0, 1], accounts: [1, 2], call: [1, 1, 2, 0]), .badIndex),
            (message(header: [1, 0, 1], accounts: [1, 1], call: [1, 0, 0]), .repeatedAccount(account)),
            (message(header: [1, 0, 1], accounts: [1, 2], call: [1, 0x80, 0, 0]), .badLength),
            (message(header: [1, 0, 1], accounts: [1, 2], call: [1, 0, 5, 1]), .truncated),
            ([0x81] + good, .unknownVersion(0x81)), ([0x80] + good, .truncated), (good + [0], .trailingBytes(1)),
            ([0x80] + good + [1] + [UInt8](repeating: 9, count: 32) + [0, 0], .emptyLookup), ([], .truncated),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try SolanaMessage(parsing: bytes) }
        }
    }

    @Test func `a payer that is called as a program is refused`() throws {
        let payer = try Self.address(1)
        #expect(throws: SolanaWireError.badIndex) {
            try SolanaMessage(
                payer: payer,
                instructions: [SolanaInstruction(program: payer, accounts: [], data: [])],
                blockhash: .zero
            )
        }
    }
}
