import Bus
import Domain
import Testing

@testable import Actors

/// What is told as true right now, and what is not any more.
@Suite struct BriefingTests {
    private let limits = Briefing.Limits(price: .seconds(30), talk: .seconds(600))

    @Test func `a figure is told up to its limit of age, and then no more`() throws {
        var (briefing, market) = (Briefing(), Market())
        let asOf = market.now
        briefing.note(try market.tick("BTC-USD", "64250.12", change: "-1.5"))
        let limit = asOf.advanced(by: limits.price)
        let entry = try #require(briefing.prices(at: limit, limits).first)
        let figure = try #require(entry.figure(.price))
        #expect(figure.fact.source == "binance" && figure.fact.asOf == asOf && figure.ageMax == limits.price)
        #expect(figure.fact.value == ExactDecimal("64250.12"))
        #expect(entry.figure(.change24h)?.fact.value == ExactDecimal("-1.5"))
        #expect(figure.holds(at: limit))
        let late = limit.advanced(by: .nanoseconds(1))
        #expect(!figure.holds(at: late))
        #expect(briefing.prices(at: late, limits).isEmpty)
    }

    @Test func `what a source does not tell is no figure`() throws {
        var market = Market()
        let tick = try market.tick("BTC-USD", "64250.12", low: "64000", high: "64000")
        let entry = PriceEntry(header: tick.header, tick: tick.payload, ageMax: limits.price)
        let missing: [SpokenFact.Quantity] = [.change24h, .close, .candleChange, .trendChange]
        for quantity in missing { #expect(entry.figure(quantity) == nil, "\(quantity)") }
        #expect(entry.figure(.low24h) != nil && entry.range == nil)
    }

    @Test func `a newer price takes the place of an older one, and recorded ones stay apart`() throws {
        var (briefing, market) = (Briefing(), Market())
        briefing.note(try market.tick("BTC-USD", "1"))
        briefing.note(try market.tick("BTC-USD", "2", source: "kraken", symbol: "XXBTZUSD"))
        briefing.note(try market.tick("BTC-USD", "3", source: "replay:old.csv"))
        let prices = briefing.prices(at: market.now, limits)
        #expect(prices.map(\.tick.source) == ["kraken"])
        #expect(briefing.history.map(\.tick.source) == ["replay:old.csv"])
        // A recorded figure is said with its date, however old it is.
        let recorded = try #require(briefing.history.first?.figure(.price))
        #expect(recorded.ageMax == nil && recorded.holds(at: market.now.advanced(by: .seconds(1_000_000_000))))
    }
}
