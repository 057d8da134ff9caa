import Bus
import Domain
import Testing
import WalletOracle

@Suite struct WalletMeterTests {
    private static let day: Int64 = 86_400
    private static let now = day * 20_000

    private func metrics(
        _ transactions: [WalletTransaction],
        firstEver: Int64? = nil,
        price: @escaping TradeBook.Pricing = Swaps.price
    ) -> WalletMetrics {
        var meter = WalletMeter(
            now: Timestamp(seconds: Self.now),
            firstEver: firstEver.map { Timestamp(seconds: $0) }
        )
        for transaction in transactions { meter.note(transaction, price: price) }
        return meter.metrics
    }

    /// Trades of 100 dollars each that return so many, one an hour, the last an hour before now.
    private func trades(_ returned: [String], endingBefore end: Int64 = 3600) -> [WalletTransaction] {
        returned.enumerated().flatMap { index, dollars in
            let time = Self.now - end - Int64(returned.count - 1 - index) * 3600
            return [
                Swaps.buy("T\(index)", "1", for: "100", at: time - 1800),
                Swaps.sell("T\(index)", "1", for: dollars, at: time),
            ]
        }
    }

    @Test func `nothing is known of a wallet without trades but that it has none`() {
        let metrics = metrics([])
        #expect(metrics.transactions == 0 && metrics.volume == .zero && metrics.isWhale == false)
        #expect(metrics.winRatio == nil && metrics.totalProfit == nil && metrics.averageProfit == nil)
        #expect(metrics.maxDrawdown == nil && metrics.volatility == nil && metrics.rugRatio == nil)
        #expect(metrics.memeExposure == nil && metrics.weekProfit == nil && metrics.daysActive == nil)
        #expect(metrics.isHot == nil && metrics.isCold == nil)
        #expect(WalletMetrics().transactions == nil)
    }

    @Test func `wins, profits and rugs are those of closed trades`() {
        let metrics = metrics(trades(["150", "100", "49", "50", "101"]))
        #expect(metrics.transactions == 10 && metrics.counts.closedTrades == 5)
        #expect(metrics.winRatio == Ratio(2, of: 5) && metrics.rugRatio == Ratio(1, of: 5))
        #expect(metrics.totalProfit == ExactDecimal("-50") && metrics.averageProfit == ExactDecimal("-10"))
        #expect(metrics.volume == ExactDecimal("950"))
    }

    @Test func `with four closed trades the win ratio is unknown, with five it is known`() {
        #expect(metrics(trades(["150", "150", "150", "150"])).winRatio == nil)
        #expect(metrics(trades(["150", "150", "150", "150", "150"])).winRatio == Ratio(1, of: 1))
    }

    @Test func `volatility is the deviation of a sample of returns`() throws {
        #expect(metrics(trades(["150"])).volatility == nil)
        // 0.5 and -0.5: the squares sum to 0.5, over one.
        let volatility = try #require(metrics(trades(["150", "50"])).volatility)
        #expect(abs(volatility - 0.5.squareRoot()) < 1e-12)
        #expect(metrics(trades(["110", "110", "110"])).volatility == 0)
    }

    @Test func `drawdown compares with the peak and the most at stake`() {
        // 100 at stake, then 100 more in profit: the fall of 50 is a quarter of 200.
        #expect(metrics(trades(["200", "50"])).maxDrawdown == Ratio(1, of: 4))
        #expect(metrics(trades(["110", "120"])).maxDrawdown == .zero)
        // Lost, paid in again, lost again: not more than all.
        #expect(metrics(trades(["0", "0", "0"])).maxDrawdown == Ratio(1, of: 1))
    }

    @Test func `the window begins thirty days ago, and what was bought before keeps its cost`() {
        let start = Self.now - 30 * Self.day
        let all = [
            Swaps.buy("A", "1", for: "10", at: start - 2), Swaps.sell("A", "0.5", for: "50", at: start - 1),
            Swaps.sell("A", "0.5", for: "20", at: start),
        ]
        let metrics = metrics(all)
        #expect(metrics.transactions == 1 && metrics.counts.closedTrades == 1)
        #expect(metrics.totalProfit == ExactDecimal(15) && metrics.volume == ExactDecimal(20))
    }

    @Test func `what is newer than now or out of order is left out and counted`() {
        let metrics = metrics([
            Swaps.buy("A", "1", for: "10", at: Self.now - 5), Swaps.buy("A", "1", for: "10", at: Self.now - 6),
            Swaps.buy("A", "1", for: "10", at: Self.now), Swaps.buy("A", "1", for: "10", at: Self.now + 1),
        ])
        #expect(metrics.transactions == 2 && metrics.counts.misplaced == 2)
    }

    @Test func `failed transactions are counted apart`() {
        let swap = Swaps.buy("A", "1", for: "10", at: Self.now - 5)
        let failed = WalletTransaction(signature: "f", slot: 1, time: swap.time, kind: .other, isFailed: true)
        let metrics = metrics([failed, swap])
        #expect(metrics.transactions == 1 && metrics.counts.failed == 1)
    }

    @Test(arguments: [
        ("149.99", false, false), ("150", false, false), ("150.01", true, false), ("70.01", false, false),
        ("70", false, false), ("69.99", false, true),
    ])
    func `hot and cold are returns of seven days`(got: String, isHot: Bool, isCold: Bool) {
        let metrics = metrics(trades([got]))
        #expect(metrics.isHot == isHot && metrics.isCold == isCold)
    }

    @Test func `seven days reach back to the second`() {
        let week = 7 * Self.day
        #expect(metrics(trades(["130"], endingBefore: week)).weekProfit == ExactDecimal(30))
        let before = metrics(trades(["130"], endingBefore: week + 1))
        #expect(before.weekProfit == nil && before.isHot == nil && before.totalProfit == ExactDecimal(30))
    }

    @Test(arguments: [("49999.99", false), ("50000", false), ("50000.01", true)])
    func `a whale has moved more than fifty thousand`(volume: String, isWhale: Bool) {
        #expect(metrics([Swaps.buy("A", "1", for: volume, at: Self.now - 5)]).isWhale == isWhale)
    }

    @Test func `a volume with gaps can show a whale, but not that there is none`() {
        let gap = Swaps.at(Self.now - 6, [("X", "1")], [("Y", "1")])
        let small = metrics([gap, Swaps.buy("A", "1", for: "10", at: Self.now - 5)])
        #expect(small.isWhale == nil && small.volume == ExactDecimal(10) && small.counts.unvaluedSwaps == 1)
        #expect(metrics([gap, Swaps.buy("A", "1", for: "60000", at: Self.now - 5)]).isWhale == true)
        #expect(metrics([gap]).volume == nil)
    }

    @Test func `meme exposure is a share of the volume`() {
        let metrics = metrics([
            Swaps.buy(Swaps.bonk, "1", for: "30", at: Self.now - 6), Swaps.buy("A", "1", for: "10", at: Self.now - 5),
        ])
        #expect(metrics.memeExposure == Ratio(3, of: 4))
        let settings = OracleAssets(memeSymbols: ["frog"], mints: ["FROG": ["mint"], "BONK": [Swaps.bonk]])
        #expect(settings.memes == ["FROG", "mint"])
    }

    @Test func `days active begin with the first transaction ever`() {
        #expect(metrics([], firstEver: Self.now - 30 * Self.day).daysActive == 30)
        #expect(metrics([], firstEver: Self.now - 30 * Self.day + 1).daysActive == 29)
        #expect(metrics([], firstEver: Self.now + 1).daysActive == nil)
    }

    @Test func `ratios compare exactly and are written with fixed digits`() throws {
        let ratio = try #require(Ratio(11, of: 20))
        #expect(!ratio.isAbove(percent: 55) && !ratio.isBelow(percent: 55))
        let above = try #require(Ratio(550_000_000_000_000_001, of: 1_000_000_000_000_000_000))
        #expect(above.isAbove(percent: 55))
        let (negative, larger) = (try #require(Ratio(-31, of: 100)), try #require(Ratio(-3, of: 10)))
        #expect(negative < larger && negative.isBelow(percent: -30) && !larger.isBelow(percent: -30))
        #expect(Ratio(1, of: 0) == nil && Ratio(2, of: 4) == Ratio(1, of: 2))
        #expect(Ratio(1, of: 3)?.rounded(digits: 6) == ExactDecimal("0.333333"))
        #expect(Ratio(percent: 55) == ratio)
    }
}
