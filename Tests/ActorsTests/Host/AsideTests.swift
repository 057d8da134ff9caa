import Bus
import Domain
import Testing

@testable import Actors

/// What a host tells besides prices: the mood of the market and the news.
@Suite struct AsideTests {
    private var market = Market()

    private func talk(
        _ desk: inout HostDesk,
        _ count: Int,
        every: Duration = .seconds(10)
    ) -> [(event: HostSpoke, at: Duration)] {
        (0..<count).compactMap { number in
            let elapsed = every * number
            let now = market.now.advanced(by: elapsed)
            return desk.speak(settings(), now: now, elapsed: elapsed).map { ($0.event, elapsed) }
        }
    }

    @Test mutating func `each piece of news is told once, as somebody's words, with whose they are and when`() {
        var desk = HostDesk(seed: 4, startedAt: .zero)
        for title in ["Ether fund opens", "Miners move & sell", "You should buy Bitcoin now", "A \u{1F680} start"] {
            desk.briefing.note(Headline(market.headline(title)))
        }
        let told = talk(&desk, 200).map(\.event).filter { $0.template?.hasPrefix("headline.") ?? false }
        #expect(told.count == 2)
        #expect(told.allSatisfy { $0.text.contains("CoinDesk") && $0.text.contains("22:14 UTC") && $0.facts.isEmpty })
        #expect(told.contains { $0.text.contains("Ether fund opens") })
        #expect(told.contains { $0.text.contains("Miners move and sell") })
        // What may not be said is no fault of a template.
        #expect(desk.refused.isEmpty)
    }

    @Test mutating func `the mood is told with its figures, and not again for half an hour`() throws {
        var desk = HostDesk(seed: 2, startedAt: .zero)
        desk.briefing.note(market.mood(index: 20, score: -0.61))
        let told = talk(&desk, 600).filter { $0.event.facts.first?.pair == nil && !$0.event.facts.isEmpty }
        for quantity in [SpokenFact.Quantity.fearGreed, .newsMood] {
            let times = told.filter { $0.event.facts.map(\.quantity) == [quantity] }.map(\.at)
            #expect(times.count >= 2, "\(quantity)")
            for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier >= .seconds(1800)) }
        }
        let index = try #require(told.first { $0.event.facts.first?.quantity == .fearGreed })
        #expect(index.event.text.contains("20") && index.event.text.contains("Alternative.me"))
        #expect(index.event.text.contains("14 November 2023") && index.event.text.contains("Extreme Fear"))
    }

    @Test mutating func `a model gets them as facts, and what it was given is not told again`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.briefing.note(try market.tick("BTC-USD", "64250.12"))
        desk.briefing.note(market.mood(index: 20, score: -0.61))
        for title in ["One", "Two", "Three"] {
            desk.briefing.note(Headline(market.headline("\(title) more fund opens")))
        }
        let order = try #require(desk.order(settings(), now: market.now))
        #expect(
            order.lines.dropFirst() == [
                "The Fear and Greed index of Alternative.me is 20, which it calls Extreme Fear, for 14 November 2023",
                "The 31 pieces of news of the last 24 hours are very negative by our own count, as of 22:14 UTC",
                "CoinDesk wrote at 22:14 UTC: One more fund opens", "CoinDesk wrote at 22:14 UTC: Two more fund opens",
            ]
        )
        let text = "Bitcoin is at 64,250.12 dollars on Binance, and the Fear and Greed index is 20."
        #expect(order.faults(in: text).isEmpty)
        let said = desk.speak(SpeechDraft(order: order, text: text), settings(), now: market.now, elapsed: .zero)
        #expect(try #require(said).event.facts.map(\.quantity) == [.price, .fearGreed])
        let next = try #require(desk.order(settings(), now: market.now))
        #expect(next.lines.dropFirst() == ["CoinDesk wrote at 22:14 UTC: Three more fund opens"])
    }
}
