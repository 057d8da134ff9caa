import Bus
import Domain
import JSON
import Testing
import WalletOracle

@Suite struct HeliusPageTests {
    private let wallet = RowMaker.wallet
    private let token = RowMaker.token

    @Test func `a swap event gives exact amounts of the wallet alone`() throws {
        let event = RowMaker.swapEvent(
            nativeIn: RowMaker.native("1500000001"),
            tokensIn: [RowMaker.raw(RowMaker.stranger, token, "77", 6)],
            tokensOut: [
                RowMaker.raw(wallet, token, "18446744073709551615", 6), RowMaker.raw(RowMaker.stranger, "X", "5", 0),
            ]
        )
        let page = try RowMaker.read(RowMaker.row("sig", slot: 7, ["events": event]))
        let sold = AssetAmount(AssetAmount.sol, units: 1_500_000_001, decimals: 9)
        let bought = AssetAmount(token, units: 18_446_744_073_709_551_615, decimals: 6)
        #expect(
            page.transactions == [
                WalletTransaction(
                    signature: "sig",
                    slot: 7,
                    time: Timestamp(seconds: 1_700_000_000),
                    kind: .swap(sold: [sold], bought: [bought])
                )
            ]
        )
        #expect(page.unreadRows == 0 && page.lastSignature == "sig")
        #expect(bought.units == 18_446_744_073_709_551_615 && bought.quantity.description == "18446744073709.551615")
    }

    @Test func `amounts of native coin may be numbers or texts, and wrapped SOL is SOL`() throws {
        for amount in [JSONValue.int(20), .string("20")] {
            let event = RowMaker.swapEvent(
                nativeIn: RowMaker.native(amount),
                tokensIn: [RowMaker.raw(wallet, AssetAmount.wrappedSOL, "5", 9)],
                tokensOut: [RowMaker.raw(wallet, token, "3", 0)]
            )
            let page = try RowMaker.read(RowMaker.row("s", ["events": event]))
            let sold = AssetAmount(AssetAmount.sol, units: 25, decimals: 9)
            let bought = AssetAmount(token, units: 3, decimals: 0)
            #expect(page.transactions.first?.kind == .swap(sold: [sold], bought: [bought]))
        }
    }

    @Test func `what goes out and comes back is counted against each other`() throws {
        let event = RowMaker.swapEvent(
            nativeIn: RowMaker.native(100),
            nativeOut: RowMaker.native(30),
            tokensOut: [RowMaker.raw(wallet, token, "3", 0)]
        )
        let page = try RowMaker.read(RowMaker.row("s", ["events": event]))
        let kind = page.transactions.first?.kind
        let sold = AssetAmount(AssetAmount.sol, units: 70, decimals: 9)
        #expect(kind == .swap(sold: [sold], bought: [AssetAmount(token, units: 3, decimals: 0)]))
    }

    @Test func `without a swap event the changes of balance tell, without the fee`() throws {
        let data: JSONValue = [
            [
                "account": .string(wallet), "nativeBalanceChange": -1_002_044_280, "tokenBalanceChanges": [],
            ],
            [
                "account": .string(RowMaker.tokenAccount), "nativeBalanceChange": 2_039_280,
                "tokenBalanceChanges": [RowMaker.raw(wallet, token, "123456789", 6)],
            ],
            [
                "account": "pool", "nativeBalanceChange": 0,
                "tokenBalanceChanges": [RowMaker.raw(RowMaker.stranger, token, "-123456789", 6)],
            ],
        ]
        let page = try RowMaker.read(RowMaker.row("s", ["accountData": data]))
        let sold = AssetAmount(AssetAmount.sol, units: 1_002_039_280, decimals: 9)
        let bought = AssetAmount(token, units: 123_456_789, decimals: 6)
        #expect(page.transactions.first?.kind == .swap(sold: [sold], bought: [bought]))
    }

    private func transfer(_ from: String, _ to: String, _ mint: String, _ amount: String) -> String {
        """
        {"fromUserAccount":"\(from)","toUserAccount":"\(to)","fromTokenAccount":"a-\(from)","toTokenAccount":"a-\(to)",\
        "mint":"\(mint)","tokenAmount":\(amount)}
        """
    }

    private func page(tokens: [String], natives: [(String, String, Int)] = []) throws -> HeliusPage {
        let natives = natives.map {
            #"{"fromUserAccount":"\#($0.0)","toUserAccount":"\#($0.1)","amount":\#($0.2)}"#
        }
        let row = """
            {"signature":"s","slot":5,"timestamp":1700000000,"type":"SWAP","feePayer":"\(wallet)","fee":5000,\
            "description":"quote \\" 1.5 \\\\","transactionError":null,"ratio":1.25e-3,"yes":true,\
            "tokenTransfers":[\(tokens.joined(separator: ","))],"nativeTransfers":[\(natives.joined(separator: ","))]}
            """
        return try HeliusPage(parsing: Array("[\(row)]".utf8), wallet: wallet)
    }

    @Test func `without balances the transfers tell, with every digit that was written`() throws {
        let other = RowMaker.stranger
        let page = try page(
            tokens: [
                transfer(wallet, other, token, "0.10000000000000001"), transfer(other, wallet, "B", "1e-7"),
                transfer(other, other, "C", "9.5"),
            ],
            natives: [(other, wallet, 40), (other, other, 1)]
        )
        #expect(page.unreadRows == 0)
        let kind = try #require(page.transactions.first?.kind)
        guard case .swap(let sold, let bought) = kind else {
            Issue.record("\(kind)")
            return
        }
        #expect(sold.map(\.quantity) == [ExactDecimal("0.10000000000000001")])
        #expect(bought.map(\.asset) == ["B", AssetAmount.sol])
        #expect(bought.map(\.quantity) == [ExactDecimal("0.0000001"), ExactDecimal("0.00000004")])
    }

    @Test func `SOL that a wallet wraps for itself is counted once`() throws {
        let other = RowMaker.stranger
        let page = try page(
            tokens: [
                transfer(wallet, other, AssetAmount.wrappedSOL, "1"), transfer(other, wallet, token, "250"),
            ],
            natives: [(wallet, "a-\(wallet)", 1_002_039_280)]
        )
        let sold = AssetAmount(AssetAmount.sol, units: 1_000_000_000, decimals: 9)
        guard case .swap(let given, _) = page.transactions.first?.kind else {
            Issue.record("no swap")
            return
        }
        #expect(given.map(\.quantity) == [sold.quantity])
    }

    @Test(arguments: ["-1", "-0.5", "1e400", "123456789012345678901234567890123456789.5", "\"\"", "null"])
    func `an amount that cannot be makes the row unreadable, and no other`(amount: String) throws {
        let other = RowMaker.stranger
        // A number that no reader of JSON holds ends the page.
        let read = Result { try page(tokens: [transfer(wallet, other, token, amount)], natives: [(other, wallet, 4)]) }
        guard case .success(let page) = read else {
            #expect(amount == "1e400")
            return
        }
        #expect(page.transactions.isEmpty && page.unreadRows == 1 && page.lastSignature == "s")
    }

    @Test func `rows without what a transaction needs are counted as missing`() throws {
        let broken: [[String: JSONValue]] = [
            ["signature": .null], ["signature": ""], ["slot": "7"], ["slot": -1], ["timestamp": 0], ["timestamp": 1.5],
            ["timestamp": 9_000_000_000_000], ["type": .null], ["accountData": [["account": .string(wallet)]]],
        ]
        var rows = broken.map { RowMaker.row("s", $0) }
        rows.append(contentsOf: ["text", 5, RowMaker.row("good", type: "TRANSFER")])
        let page = try HeliusPage(parsing: RowMaker.page(rows), wallet: wallet)
        #expect(page.unreadRows == broken.count + 2)
        #expect(page.transactions.map(\.signature) == ["good"] && page.lastSignature == "good")
    }

    @Test func `a transaction of others is none of the wallet's`() throws {
        let data: JSONValue = [
            ["account": .string(RowMaker.stranger), "nativeBalanceChange": -100, "tokenBalanceChanges": []]
        ]
        let others = RowMaker.row(
            "a",
            type: "TRANSFER",
            ["accountData": data, "feePayer": .string(RowMaker.stranger)]
        )
        let paid = RowMaker.row("b", type: "TRANSFER", ["accountData": data])
        let page = try RowMaker.read(others, paid)
        #expect(page.unreadRows == 1 && page.transactions.map(\.signature) == ["b"])
    }

    @Test func `a swap of which one side is missing is missing when the wallet made it`() throws {
        let event = RowMaker.swapEvent(nativeIn: RowMaker.native(100))
        let data: JSONValue = [["account": .string(wallet), "nativeBalanceChange": -100, "tokenBalanceChanges": []]]
        let own = RowMaker.row("a", ["events": event, "accountData": data])
        let given = RowMaker.row("b", ["events": event, "accountData": data, "feePayer": .string(RowMaker.stranger)])
        let page = try RowMaker.read(own, given)
        #expect(page.unreadRows == 1 && page.transactions.map(\.kind) == [.transfer])
    }

    @Test func `a failed transaction moved nothing`() throws {
        let event = RowMaker.swapEvent(
            nativeIn: RowMaker.native(1),
            tokensOut: [RowMaker.raw(wallet, token, "3", 0)]
        )
        let page = try RowMaker.read(
            RowMaker.row("s", ["events": event, "transactionError": ["InstructionError": [2, ["Custom": 1]]]])
        )
        #expect(page.transactions.first?.isFailed == true && page.transactions.first?.kind == .other)
    }

    @Test func `other kinds are told apart, and exchanges without the name are counted`() throws {
        let data: JSONValue = [
            [
                "account": .string(wallet), "nativeBalanceChange": -900_005_000,
                "tokenBalanceChanges": [RowMaker.raw(wallet, token, "3", 0)],
            ]
        ]
        let deposit: JSONValue = [
            [
                "account": .string(wallet), "nativeBalanceChange": -2_044_280,
                "tokenBalanceChanges": [RowMaker.raw(wallet, token, "3", 0)],
            ]
        ]
        let page = try RowMaker.read(
            RowMaker.row("1", type: "TRANSFER"),
            RowMaker.row("2", type: "BURN"),
            RowMaker.row("3", type: "NFT_SALE"),
            RowMaker.row("4", type: "UNKNOWN", ["accountData": data]),
            RowMaker.row("5", type: "UNKNOWN", ["accountData": deposit])
        )
        #expect(page.transactions.map(\.kind) == [.transfer, .burn, .other, .other, .other])
        #expect(page.unnamedExchanges == 1)
    }

    private func problem(_ bytes: [UInt8]) -> HeliusPage.Problem? {
        do throws(HeliusPage.Problem) {
            _ = try HeliusPage(parsing: bytes, wallet: wallet)
            return nil
        } catch { return error }
    }

    @Test func `what is no page says why`() {
        #expect(problem(Array(#"{"error":"rate limited"}"#.utf8)) == .notAList)
        guard case .notJSON = problem(Array("<html>".utf8)) else {
            Issue.record("not told")
            return
        }
        let rows = RowMaker.page(Array(repeating: RowMaker.row("s", type: "OTHER"), count: HeliusPage.rowsMax + 1))
        #expect(problem(rows) == .tooManyRows(HeliusPage.rowsMax + 1))
        let long = [UInt8](repeating: UInt8(ascii: " "), count: HeliusPage.bytesMax + 1)
        #expect(problem(long) == .tooLarge(bytes: HeliusPage.bytesMax + 1))
        #expect(problem(Array("[]".utf8)) == nil)
    }

    @Test func `pages are put together once, in the order of time`() throws {
        var history = WalletHistory()
        let newest = RowMaker.row("c", slot: 9, seconds: 30, type: "OTHER")
        let later = RowMaker.row("b2", slot: 8, seconds: 20, type: "OTHER")
        let earlier = RowMaker.row("b1", slot: 8, seconds: 20, type: "OTHER")
        let oldest = RowMaker.row("a", slot: 7, seconds: 10, type: "OTHER")
        history.note(try RowMaker.read(newest, later, "broken"))
        history.note(try RowMaker.read(later, earlier, oldest))
        #expect(history.inOrder.map(\.signature) == ["a", "b1", "b2", "c"])
        #expect(history.pages == 2 && history.unreadRows == 1 && history.count == 4 && !history.isWhole)
        #expect(history.oldest == Timestamp(seconds: 10) && history.newest == Timestamp(seconds: 30))
        let note = SourceNote(name: "helius", history: history)
        #expect(note.slot == 9 && note.completeness == .partial(reason: "1 rows could not be read"))
    }

    @Test func `a source that gave nothing is missing, and an empty past is complete`() throws {
        var history = WalletHistory()
        let nothing = SourceNote(name: "helius", history: history)
        #expect(nothing.completeness == .missing(reason: "no page was read") && nothing.slot == nil)
        let late = SourceNote(name: "helius", history: history, stoppedBecause: "timed out")
        #expect(late.completeness == .missing(reason: "timed out"))
        history.note(try RowMaker.read())
        #expect(SourceNote(name: "helius", history: history).completeness == .complete)
        history.note(try RowMaker.read(RowMaker.row("a", type: "OTHER")))
        let cut = SourceNote(name: "helius", history: history, stoppedBecause: "page limit")
        #expect(cut.completeness == .partial(reason: "page limit") && history.isWhole)
    }
}
