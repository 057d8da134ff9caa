import Bus
import Domain
import Testing

@testable import Actors

/// What is told as true right now, and what is not any more.
@Suite struct BriefingTests {
    private let limits = Briefing.Limits()

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
        let missing: [SpokenFact.Quantity] = [
            .change24h, .close, .candleChange, .trendChange, .fearGreed, .newsMood,
        ]
        for quantity in missing { #expect(entry.figure(quantity) == nil, "\(quantity)") }
        #expect(entry.figure(.low24h) != nil && entry.range == nil)
    }

    @Test func `the mood is told as long as it is fresh, each part by its own limit`() throws {
        var (briefing, market) = (Briefing(), Market())
        #expect(briefing.index(at: market.now, limits) == nil && briefing.newsMood(at: market.now, limits) == nil)
        let event = market.mood(index: 47, score: -0.25)
        briefing.note(event)
        let (index, mood) = (briefing.index(at: market.now, limits), briefing.newsMood(at: market.now, limits))
        #expect(index?.figure.fact.value == ExactDecimal(47) && index?.figure.fact.source == "alternative")
        #expect(index?.figure.fact.pair == nil && index?.news == nil && index?.header.id == event.header.id)
        #expect(mood?.figure.fact.value == ExactDecimal("-0.25") && mood?.word == "negative")
        #expect(mood?.news?.count == 31 && mood?.news?.hours == 24)
        let evening = market.now.advanced(by: limits.mood + .milliseconds(1))
        #expect(briefing.newsMood(at: evening, limits) == nil && briefing.index(at: evening, limits) != nil)
        #expect(briefing.index(at: market.now.advanced(by: limits.index + .milliseconds(1)), limits) == nil)
        // Whoever told it has it no more.
        briefing.note(market.mood(index: nil, score: nil))
        #expect(briefing.index(at: market.now, limits) == nil && briefing.newsMood(at: market.now, limits) == nil)
    }

    @Test func `news are told newest first, each once, and neither old nor before their time`() throws {
        var (briefing, market) = (Briefing(), Market())
        let times = [0, -60, -7 * 3600, 60, -30].map { market.now.advanced(by: .seconds($0)) }
        for (index, time) in times.enumerated() {
            let item = Headline(market.headline("Title \(index)", at: time))
            briefing.note(item)
            briefing.note(item)
        }
        #expect(briefing.headlines(at: market.now, limits).map(\.title) == ["Title 0", "Title 4", "Title 1"])
        for index in 0..<100 {
            briefing.note(
                Headline(market.headline("More \(index)", at: market.now.advanced(by: .milliseconds(-index))))
            )
        }
        let kept = briefing.headlines(at: market.now, limits)
        // One of those kept is of the future.
        #expect(
            kept.count == Briefing.headlinesMax - 1 && kept.first?.title == "Title 0" && kept.last?.title == "More 37"
        )
    }

    @Test func `whether somebody serves prices is known, and why not`() {
        var briefing = Briefing()
        #expect(!briefing.hasSource && briefing.sourceIsAway == nil)
        let at = Market().now
        briefing.note(MarketSourceChanged(source: nil, previous: "kraken", reason: "nobody answers", at: at))
        #expect(!briefing.hasSource && briefing.sourceIsAway == "nobody answers")
        briefing.note(MarketSourceChanged(source: "kraken", previous: nil, reason: "it answers again", at: at))
        #expect(briefing.hasSource && briefing.sourceIsAway == nil)
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
