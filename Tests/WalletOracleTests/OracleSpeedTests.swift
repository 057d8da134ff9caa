import Bus
import Domain
import JSON
import Testing
import WalletOracle

/// How long fifty thousand transactions take in an optimised build; any other reads fewer, and is not judged.
@Suite(.serialized) struct OracleSpeedTests {
    #if DEBUG
    private static let count = 5000
    #else
    private static let count = 50_000
    #endif
    private static let start: Int64 = 1_700_000_000

    /// Swaps in and out of a few hundred tokens, as a page with all its rows, newest first.
    private static func pages() -> [[UInt8]] {
        let rows = (0..<count).map { index -> JSONValue in
            let token = "Token\(index / 2 % 300)xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            let event =
                index % 2 == 0
                ? RowMaker.swapEvent(
                    nativeIn: RowMaker.native(.string("\(1_000_000_000 + index)")),
                    tokensOut: [RowMaker.raw(RowMaker.wallet, token, "5000000", 6)]
                )
                : RowMaker.swapEvent(
                    nativeOut: RowMaker.native(.string("\(1_100_000_000 - index * 7)")),
                    tokensIn: [RowMaker.raw(RowMaker.wallet, token, "5000000", 6)]
                )
            let data = (0..<8).map { place -> JSONValue in
                [
                    "account": .string("Account\(place)xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
                    "nativeBalanceChange": .int(Int64(index)), "tokenBalanceChanges": [],
                ]
            }
            return RowMaker.row(
                "sig\(index)",
                slot: Int64(index),
                seconds: start + Int64(index) * 20,
                ["events": event, "accountData": .array(data)]
            )
        }
        return stride(from: 0, to: count, by: 100).reversed().map { first in
            RowMaker.page(rows[first..<first + 100].reversed())
        }
    }

    @Test func `fifty thousand transactions are measured in less than a second`() throws {
        let pages = Self.pages()
        let clock = ContinuousClock()
        var history = WalletHistory()
        var transactions: [WalletTransaction] = []
        let parsing = try clock.measure {
            for page in pages { history.note(try HeliusPage(parsing: page, wallet: RowMaker.wallet)) }
            transactions = history.inOrder
        }
        let now = Timestamp(seconds: Self.start + Int64(Self.count) * 20)
        var meter = WalletMeter(now: now, firstEver: Timestamp(seconds: 1))
        let measuring = clock.measure {
            for transaction in transactions { meter.note(transaction, price: Swaps.price) }
        }
        let metrics = meter.metrics
        #expect(history.count == Self.count && history.unreadRows == 0)
        #expect(metrics.transactions == Self.count && metrics.counts.closedTrades == Self.count / 2)
        #expect(metrics.counts.unknownCosts == 0 && metrics.counts.misplaced == 0)
        let size = pages.reduce(0) { $0 + $1.count } / 1_000_000
        print("\(Self.count) transactions: \(size) MB of pages in \(parsing), metrics in \(measuring)")
        #if !DEBUG
        #expect(measuring < .seconds(1))
        #endif
    }
}
