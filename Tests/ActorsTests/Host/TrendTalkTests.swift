import Bus
import Domain
import Testing

@testable import Actors

/// What a host says of X's talk, and for how long.
@Suite struct TrendTalkTests {
    private let market = Market()

    private func list(_ symbols: [String], at time: Timestamp? = nil) throws -> Envelope<TrendListUpdated> {
        let mentions = try symbols.enumerated().map { index, symbol in
            TrendMention(
                symbol: symbol,
                sentiment: SentimentLabel.allCases[index % 3],
                changePercent: try #require(ExactDecimal("-\(index + 1).25"))
            )
        }
        let time = time ?? market.now
        var ids = UUIDv7Generator(seed: 4)
        let id = ids.next(at: time)
        let header = EnvelopeHeader(
            id: id,
            time: time,
            epoch: id,
            seq: 1,
            topic: TrendListUpdated.topic,
            subject: nil,
            source: "trends",
            version: 1,
            delivery: .state
        )
        return Envelope(
            header: header,
            payload: TrendListUpdated(mentions: mentions, source: "xai/grok", asOf: time, dropped: 0)
        )
    }

    /// Segments, ten seconds apart, with a fresh price before each where there is to be one.
    private func segments(
        _ count: Int,
        seed: UInt64 = 1,
        hasPrices: Bool = true,
        trends: Envelope<TrendListUpdated>?
    ) throws -> [(HostDesk.Segment, Duration)] {
        var (desk, market) = (HostDesk(seed: seed, startedAt: .zero), market)
        if let trends { desk.briefing.note(trends) }
        return try (0..<count).compactMap { index in
            let elapsed = Duration.seconds(10 * index)
            let now = self.market.now.advanced(by: elapsed)
            market.now = now
            if hasPrices { desk.briefing.note(try market.tick("BTC-USD", "64250.12")) }
            return desk.speak(settings(), now: now, elapsed: elapsed).map { ($0, elapsed) }
        }
    }

    private func isTalk(_ segment: HostDesk.Segment) -> Bool {
        segment.event.template?.hasPrefix("trend.") ?? false
    }

    @Test func `now and then it says what people on X say, as theirs, with its time`() throws {
        let trends = try list(["SOL", "PEPE", "BTC"])
        let talk = try segments(60, trends: trends).map(\.0).filter(isTalk)
        #expect((3...30).contains(talk.count))
        for segment in talk {
            let event = segment.event
            #expect(event.text.contains("On X,") || event.text.contains("The talk on X"))
            #expect(event.text.contains("as of 22:14 UTC"))
            #expect(event.facts.count == 1 && event.facts[0].quantity == .trendChange && event.facts[0].source == "x")
            #expect(
                event.facts[0].asOf == trends.payload.asOf && event.symbols == [event.facts[0].pair].compactMap(\.self)
            )
            #expect(segment.cause == trends.header)
            let strangers = Figures.strangers(
                in: event.text,
                given: [SpeechText.change(event.facts[0].value), "22:14 UTC"]
            )
            #expect(strangers.isEmpty, "\(event.text)")
        }
        // All of them get their turn.
        #expect(Set(talk.flatMap(\.event.symbols).map(\.base)) == ["SOL", "PEPE", "BTC"])
        let said = talk.map(\.event.text).joined()
        #expect(said.contains("bullish") && said.contains("bearish") && said.contains("neutral"))
        #expect(said.contains("Solana") && said.contains("down 1.25 percent"))
    }

    @Test func `without prices it still says that there are none`() throws {
        let spoken = try segments(60, hasPrices: false, trends: try list(["SOL"])).map(\.0.event.template)
        #expect(spoken.contains { $0?.hasPrefix("trend.") ?? false })
        #expect(spoken.contains { $0?.hasPrefix("down.") ?? false })
    }

    @Test func `after ten minutes it is not said any more`() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            let all = try segments(120, seed: seed, trends: try list(["SOL", "ETH"]))
            let last = try #require(all.last { isTalk($0.0) })
            // What was said of a list is not said again, so that it is used up before it is old.
            #expect(last.1 > .seconds(60) && last.1 <= .seconds(600))
        }
        let later = try list(["SOL"], at: market.now.advanced(by: .seconds(-601)))
        #expect(try segments(60, trends: later).allSatisfy { !isTalk($0.0) })
        #expect(try segments(60, trends: nil).allSatisfy { !isTalk($0.0) })
    }

    // MARK: Texts of models

    @Test func `a model is told of it as talk, while it is fresh`() throws {
        var (desk, market) = (HostDesk(seed: 1, startedAt: .zero), market)
        desk.briefing.note(try market.tick("BTC-USD", "64250.12", source: "kraken", symbol: "XXBTZUSD"))
        desk.briefing.note(try list(["SOL", "BTC", "ETH"]))
        let order = try #require(desk.order(settings(), now: market.now))
        #expect(
            order.lines == [
                "Bitcoin is at 64,250.12 dollars, says Kraken, at 22:14 UTC",
                "On X, people are bullish about Solana and see it down 1.25 percent, as of 22:14 UTC; "
                    + "that is their figure and not a measured one",
                "On X, people are bearish about Bitcoin and see it down 2.25 percent, as of 22:14 UTC; "
                    + "that is their figure and not a measured one",
            ]
        )
        #expect(order.rules.contains("What people on X say is talk"))
        #expect(order.faults(in: "On X they are bullish about Solana, down 1.25 percent.").isEmpty)
        #expect(
            order.faults(in: "On X they are bullish about Solana, down 3.25 percent.")
                == ["the figure 3.25 is in no fact"]
        )
        let old = try #require(desk.order(settings(), now: market.now.advanced(by: .seconds(601))))
        #expect(old.lines.isEmpty)
    }

    @Test func `a model's text has the facts of what it names, and none that are too old`() throws {
        var (desk, market) = (HostDesk(seed: 1, startedAt: .zero), market)
        desk.briefing.note(try list(["SOL", "ETH"]))
        let order = try #require(desk.order(settings(), now: market.now))
        let draft = SpeechDraft(order: order, text: "On X they talk about Solana.")
        // The talk may be older than a price.
        let soon = market.now.advanced(by: .seconds(300))
        var copy = desk
        let spoken = copy.speak(draft, settings(), now: soon, elapsed: .seconds(300))
        let segment = try #require(spoken)
        #expect(segment.event.symbols.map(\.base) == ["SOL"] && segment.event.facts.map(\.quantity) == [.trendChange])
        copy = desk
        let late = market.now.advanced(by: .seconds(601))
        let tooLate = copy.speak(draft, settings(), now: late, elapsed: .seconds(601))
        #expect(tooLate == nil)
        // With a price at last, that is what is said.
        market.now = soon
        desk.briefing.note(try market.tick("BTC-USD", "1"))
        let beside = desk.speak(draft, settings(), now: soon, elapsed: .seconds(300))
        #expect(beside == nil)
    }

    @Test func `nothing that a symbol is called can bring other words on the air`() throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.briefing.note(try list(["<b>", "buy now", "A.B"]))
        #expect(desk.order(settings(), now: market.now)?.lines.isEmpty == true)
    }
}
