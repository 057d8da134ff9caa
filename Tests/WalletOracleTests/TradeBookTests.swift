import Bus
import Domain
import Testing
import WalletOracle

@Suite struct TradeBookTests {
    private func closed(
        _ transactions: [WalletTransaction],
        price: @escaping TradeBook.Pricing = Swaps.price
    ) -> [ClosedTrade] {
        var book = TradeBook()
        return transactions.flatMap { book.note($0, price: price)?.closed ?? [] }
    }

    private func dollars(_ text: String) -> ExactDecimal { ExactDecimal(text) ?? .zero }

    @Test func `what is bought and sold closes a trade with profit and return`() {
        let trades = closed([
            Swaps.buy("A", "10", for: "100", at: 1), Swaps.sell("A", "10", for: "150.5", at: 2),
        ])
        #expect(trades.count == 1)
        #expect(trades.first?.profit.exact == dollars("50.5") && trades.first?.cost.exact == dollars("100"))
        #expect(trades.first?.returned == Ratio(505, of: 1000) && trades.first?.isWin == true)
        #expect(trades.first?.closedAt == Timestamp(seconds: 2))
    }

    @Test func `a part that is sold has the average cost, and the rest keeps it`() {
        let trades = closed([
            Swaps.buy("A", "10", for: "100", at: 1), Swaps.buy("A", "10", for: "300", at: 2),
            Swaps.sell("A", "5", for: "90", at: 3), Swaps.sell("A", "15", for: "330", at: 4),
        ])
        #expect(trades.map(\.cost.exact) == [dollars("100"), dollars("300")])
        #expect(trades.map(\.profit.exact) == [dollars("-10"), dollars("30")])
    }

    @Test func `thirds lose nothing: the parts cost what the whole cost`() {
        let trades = closed([
            Swaps.buy("A", "3", for: "100", at: 1), Swaps.sell("A", "1", for: "40", at: 2),
            Swaps.sell("A", "1", for: "40", at: 3), Swaps.sell("A", "1", for: "40", at: 4),
        ])
        #expect(trades.count == 3)
        #expect(trades.map(\.cost).reduce(Dollars.zero, +).exact == dollars("100"))
    }

    @Test func `what was never bought closes no trade, and what goes beyond the bought neither`() {
        var book = TradeBook()
        let free = book.note(Swaps.sell("A", "10", for: "100", at: 1), price: Swaps.price)
        #expect(free?.closed.isEmpty == true && free?.unknownCosts == 1)
        #expect(free?.value?.exact == dollars("100"))
        _ = book.note(Swaps.buy("A", "4", for: "40", at: 2), price: Swaps.price)
        let mixed = book.note(Swaps.sell("A", "10", for: "200", at: 3), price: Swaps.price)
        // Of what came in, four tenths are for the bought part.
        #expect(mixed?.closed.map(\.proceeds.exact) == [dollars("80")] && mixed?.unknownCosts == 1)
        #expect(book.openCost == .zero)
    }

    @Test func `quote assets are money and never a trade`() {
        var book = TradeBook()
        let entry = book.note(Swaps.at(1, [(AssetAmount.sol, "2")], [(Swaps.usdc, "399")]), price: Swaps.price)
        #expect(entry?.value?.exact == dollars("400") && entry?.closed.isEmpty == true)
        #expect(entry?.unknownCosts == 0 && entry?.unknownPrices == 0)
    }

    @Test func `a deposit that is paid or given back belongs to the trade`() {
        let trades = closed([
            Swaps.at(1, [(Swaps.usdc, "100"), (AssetAmount.sol, "0.01")], [("A", "10")]),
            Swaps.at(2, [("A", "10")], [(Swaps.usdc, "100"), (AssetAmount.sol, "0.01")]),
            Swaps.at(3, [(Swaps.usdc, "10")], [("B", "1")]),
            Swaps.at(4, [("B", "1"), (AssetAmount.sol, "0.02")], [(Swaps.usdc, "10")]),
        ])
        #expect(trades.map(\.cost.exact) == [dollars("102"), dollars("10")])
        #expect(trades.map(\.proceeds.exact) == [dollars("102"), dollars("6")])
    }

    @Test func `token for token takes the value of the side that has a price`() {
        let priced: TradeBook.Pricing = { asset, time in asset == "B" ? ExactDecimal(7) : Swaps.price(asset, time) }
        let trades = closed(
            [
                Swaps.buy("A", "10", for: "50", at: 1), Swaps.at(2, [("A", "10")], [("B", "10")]),
                Swaps.sell("B", "10", for: "60", at: 3),
            ],
            price: priced
        )
        #expect(trades.map(\.profit.exact) == [dollars("20"), dollars("-10")])
    }

    @Test func `without any price nothing is made up`() {
        var book = TradeBook()
        _ = book.note(Swaps.buy("A", "10", for: "50", at: 1), price: Swaps.price)
        let entry = book.note(Swaps.at(2, [("A", "10")], [("B", "10")]), price: Swaps.price)
        #expect(entry?.value == nil && entry?.closed.isEmpty == true && entry?.unknownPrices == 2)
        // B was got at a price that nobody knows, so its sale closes nothing.
        let sale = book.note(Swaps.sell("B", "10", for: "60", at: 3), price: Swaps.price)
        #expect(sale?.closed.isEmpty == true && sale?.unknownCosts == 1)
        #expect(book.openCost == .zero)
    }

    @Test func `several tokens at once share by what they are worth`() {
        let priced: TradeBook.Pricing = { asset, time in
            ["A": ExactDecimal(1), "B": ExactDecimal(3)][asset] ?? Swaps.price(asset, time)
        }
        let both = Swaps.at(1, [(Swaps.usdc, "80")], [("A", "10"), ("B", "10")])
        let trades = closed(
            [both, Swaps.sell("A", "10", for: "20", at: 2), Swaps.sell("B", "10", for: "61", at: 3)],
            price: priced
        )
        #expect(trades.map(\.profit.exact) == [dollars("0"), dollars("1")])
    }

    @Test func `failed transactions and transfers do nothing`() {
        var book = TradeBook()
        let swap = Swaps.buy("A", "1", for: "1", at: 1)
        let failed = WalletTransaction(signature: "f", slot: 1, time: swap.time, kind: swap.kind, isFailed: true)
        let transfer = WalletTransaction(signature: "t", slot: 1, time: swap.time, kind: .transfer)
        let (one, two) = (book.note(failed, price: Swaps.price), book.note(transfer, price: Swaps.price))
        #expect(one == nil && two == nil && book.openCost == .zero)
    }

    @Test func `wide numbers are exact, and impossible values are unknown`() {
        let tiny: TradeBook.Pricing = { _, _ in ExactDecimal("0.000000000123456789012345678901") }
        let supply = "999999999999999999.999999999"
        var book = TradeBook(quotes: ["Q"])
        let value = book.note(Swaps.at(1, [("Q", supply)], [("A", "1")]), price: tiny)?.value
        // 0.123456789012345678901e18 * 1e-9 less a little that is below the last digit.
        #expect(value?.exact == dollars("123456789.012345678901"))
        let huge: TradeBook.Pricing = { asset, _ in asset == "Q" ? ExactDecimal("1000000") : nil }
        let absurd = book.note(Swaps.at(2, [("Q", supply)], [("A", "1")]), price: huge)
        #expect(absurd?.value == nil && absurd?.unknownPrices == 1)
        let zero: TradeBook.Pricing = { _, _ in .zero }
        let none = book.note(Swaps.at(3, [("Q", "1")], [("A", "1")]), price: zero)
        #expect(none?.value == nil)
    }

    @Test(arguments: [("49.99", false), ("50", false), ("49", true), ("0", true)])
    func `a rug loses more than half`(got: String, isRug: Bool) {
        let cost = got == "49.99" ? "99.98" : "100"
        let trades = closed([Swaps.buy("A", "1", for: cost, at: 1), Swaps.sell("A", "1", for: got, at: 2)])
        #expect(trades.first?.isRug == isRug)
    }
}
