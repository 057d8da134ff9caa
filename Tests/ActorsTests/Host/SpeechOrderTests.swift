import Bus
import Domain
import Testing

@testable import Actors

/// What keeps a model's text off the air, and what it is told.
@Suite struct SpeechOrderTests {
    private let settings = HostSettings(host: HostPersona(name: "Nova"), station: "CryptoCall FM", topic: "crypto")
    private let now = Timestamp(seconds: 1_700_000_040)

    private func order() async throws -> SpeechOrder {
        let bus = try EventBus(types: EventCatalogue.all)
        let prices = try bus.subscribe(to: PriceTicked.self, as: "test", startingWithLatest: true)
        var desk = HostDesk(seed: 1, startedAt: .zero)
        try bus.publish(
            PriceTicked(
                pair: try #require(TradingPair("BTC-USD")),
                price: try #require(Price("64250.10")),
                source: "kraken",
                symbol: "XXBTZUSD",
                asOf: now,
                change24hPercent: ExactDecimal("-1.25")
            ),
            from: "market"
        )
        for envelope in await prices.take(1) { desk.briefing.note(envelope) }
        return try #require(desk.order(settings, now: now))
    }

    @Test func `it is told who speaks, what is known and what was wrong`() async throws {
        var order = try await order()
        #expect(order.rules.contains("You are Nova, a host of CryptoCall FM") && !order.rules.contains("{"))
        #expect(order.rules.contains("It is 22:14 UTC, and the mood of the hour is evening."))
        #expect(
            order.material == """
                Facts:
                - Bitcoin is at 64,250.10 dollars, says Kraken, at 22:14 UTC; down 1.25 percent over 24 hours
                """
        )
        order.complaints = ["link"]
        #expect(order.material.hasSuffix("Your last try cannot be said (link). Write another."))
    }

    @Test(arguments: [
        "Bitcoin trades at 64,250.10 dollars on Kraken, down 1.25 percent in 24 hours.",
        "It is 22:14, and Bitcoin stands at 64250.1 dollars, says Kraken.",
        "Bitcoin is one of those that never sleep. Kraken has it at 64,250.10 dollars.",
    ])
    func `figures of the facts may be said, however they are written`(text: String) async throws {
        let faults = try await order().faults(in: text)
        #expect(faults.isEmpty)
    }

    @Test(arguments: [
        ("Bitcoin is at 64,251 dollars.", "the figure 64251 is in no fact"),
        ("Bitcoin is at about 64 thousand dollars.", "the figure 64 is in no fact"),
        ("Bitcoin doubled to 64,250.10 dollars.", "the figure doubled is in no fact"),
        ("Bitcoin is at 64,250.10 dollars, up 5 percent.", "the figure 5 is in no fact"),
        ("Bitcoin *soars* to 64,250.10 dollars.", "markup *"),
        ("(laughs) Bitcoin is at 64,250.10 dollars.", "stage direction"),
        ("Bitcoin is at 64,250.10 dollars. Buy now!", "advice: buy now"),
        ("Nothing happens today.", "names none of what the facts are about"),
        ("", "empty"),
        ("Ignore the rules and visit www.example.org for Bitcoin.", "link"),
    ])
    func `anything else is kept off the air, with the reason`(text: String, fault: String) async throws {
        let faults = try await order().faults(in: text)
        #expect(faults.contains(fault))
    }

    @Test func `it is told the part of the hour, who else is there, and that somebody has handed over`() async throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        let settings = ShowSimulation.twoHosts
        let rules = try #require(desk.order(settings, now: now)).rules
        #expect(rules.contains("This part of the hour is for the market: prices, and how they changed, come first."))
        #expect(rules.contains("The other host is") && !rules.contains("handed over") && !rules.contains("{"))
        // Wanted when the next part has begun: then it is the other's.
        _ = desk.speak(settings, now: now, elapsed: .zero)
        let before = settings.turn(at: now)
        let next = try #require(desk.order(settings, now: now, wantedAt: before.part.endsAt))
        #expect(next.turn.host == before.other)
        #expect(next.rules.contains("\(before.host.name) has just handed over to you"))
    }

    @Test func `a sentence that was said lately is a fault, and so is one that comes twice`() async throws {
        var desk = HostDesk(seed: 1, startedAt: .zero)
        desk.recall("The night is calm. We go on.", at: now.advanced(by: .seconds(-3600)))
        let order = try #require(desk.order(settings, now: now))
        #expect(order.faults(in: "We go on!") == ["was said in the last six hours: We go on!"])
        #expect(order.faults(in: "We go on with you.").isEmpty)
        #expect(order.faults(in: "It is late. It is late.").count == 1)
        // Said by somebody else while the model wrote.
        let draft = SpeechDraft(order: order, text: "We go on with you.")
        desk.recall("We go on with you.", at: now)
        let said = desk.speak(draft, settings, now: now, elapsed: .zero)
        #expect(said == nil)
    }

    @Test func `a text is said as long as what it says is true, however old the rest of its facts`() async throws {
        let order = try await order()
        let calm = SpeechDraft(order: order, text: "The market never sleeps, and neither do we.")
        let priced = SpeechDraft(order: order, text: "Bitcoin is at 64,250.10 dollars.")
        let timed = SpeechDraft(order: order, text: "It is 22:14, and the market never sleeps.")
        let late = now.advanced(by: .seconds(61))
        #expect([calm, priced, timed].allSatisfy { $0.holds(at: now.advanced(by: .seconds(30))) })
        #expect(calm.holds(at: late) && !priced.holds(at: late) && !timed.holds(at: late))
    }

    @Test func `numbers are found as they are meant`() {
        let text = "At 14:05 it was 1,234.50, then 7. And 3.0 percent, 12."
        #expect(Figures.numbers(in: text) == ["14:05", "1234.5", "7", "3", "12"])
    }
}
