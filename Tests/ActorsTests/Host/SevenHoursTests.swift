import Bus
import Domain
import Show
import Testing

@testable import Actors

/// Seven hours of the show: on a machine that knows nothing but the time, and with a market.
///
/// One after the other: each reckons for seconds, and others want a thread, too.
@Suite(.serialized, .disabled(if: isSanitized, "hours take minutes under the thread sanitizer, and have no threads"))
struct SevenHoursTests {
    private static let hours: Duration = .seconds(7 * 3600)

    /// What holds whatever is known.
    private func check(_ show: ShowSimulation) throws {
        #expect(show.repeats(within: .seconds(6 * 3600)) == [])
        #expect(show.pauseMax <= .seconds(30), "\(show.pauseMax)")
        // The end is no pause either.
        #expect(Self.hours - (try #require(show.heard.last).ends) <= .seconds(30))
        let parts = show.byPart
        // Each part has its words, and hosts take turns.
        #expect(parts.count >= 7 * 13)
        for (part, spoken) in parts {
            #expect(Set(spoken.map(\.host)).count == 1)
            #expect(part.beganAt.duration(to: part.endsAt) <= .seconds(300))
        }
        for (earlier, later) in zip(parts, parts.dropFirst()) {
            #expect(earlier.part.endsAt == later.part.beganAt)
            let (leaves, comes) = (try #require(earlier.spoken.last), try #require(later.spoken.first))
            #expect(leaves.host != comes.host)
            #expect(leaves.template?.hasPrefix("handover.") == true, "\(leaves.text)")
            #expect(leaves.text.contains(leaves.host) && leaves.text.contains(comes.host))
            #expect(comes.template?.hasPrefix("takeover.") == true, "\(comes.text)")
        }
        let byHour = Dictionary(grouping: parts) { Int($0.part.beganAt.milliseconds / 3_600_000) }
        for (hour, parts) in byHour where parts.count > 10 {
            #expect(Set(parts.map(\.part.kind)) == Set(PartKind.allCases), "hour \(hour)")
        }
        // A6, at the moment of writing; a text that is heard in the next hour was written in this one.
        for one in show.heard {
            let early = settings().time.hour(of: show.start.advanced(by: one.begins - .seconds(15)))
            let late = settings().time.hour(of: show.start.advanced(by: one.begins))
            #expect([Energy(hour: early), Energy(hour: late)].contains(one.spoken.energy))
        }
    }

    // Night, peak and the day; and the day, the afternoon and the evening.
    @Test(arguments: ["2026-03-01T05:30:20Z", "2026-03-01T13:10:41Z"])
    func `on a bare machine no sentence comes twice, and nobody waits for the next one`(start: String) async throws {
        var show = ShowSimulation(seed: 3, start: try #require(Timestamp(start)))
        try await show.run(for: Self.hours)
        try check(show)
        #expect(show.heard.allSatisfy { $0.spoken.facts.isEmpty && $0.spoken.kind == .fallback })
        #expect(show.heard.contains { $0.spoken.template?.hasPrefix("down.") ?? false })
    }

    @Test func `with a market there is more to say, and each part says first what it is for`() async throws {
        var show = ShowSimulation(seed: 5, start: try #require(Timestamp("2026-03-01T19:59:59Z")))
        var random = SplitMix64(state: 11)
        var prices = [("BTC-USD", 6_425_012), ("ETH-USD", 210_077), ("SOL-USD", 9_318)]
        try await show.run(for: Self.hours) { desk, market, second in
            if second.isMultiple(of: 5) {
                for place in prices.indices {
                    let cents = prices[place].1
                    prices[place].1 += Int.random(in: -cents / 5000 - 1...cents / 5000 + 1, using: &random)
                    desk.briefing.note(try Self.tick(&market, prices[place]))
                }
            }
            if second.isMultiple(of: 3600) { desk.briefing.note(market.mood(index: 20 + second / 3600, score: -0.61)) }
            if second.isMultiple(of: 300) {
                desk.briefing.note(Headline(market.headline("Piece \(second / 300) of the day is out")))
            }
        }
        try check(show)
        var shares: [PartKind: (fitting: Int, all: Int)] = [:]
        for one in show.heard {
            guard let kind = one.spoken.part?.kind, let id = one.spoken.template,
                let template = HostTemplates.all.first(where: { $0.id == id })
            else { continue }
            shares[kind, default: (0, 0)].all += 1
            if kind.prefers(template) { shares[kind, default: (0, 0)].fitting += 1 }
        }
        let market = try #require(shares[.market])
        #expect(market.fitting * 10 >= market.all * 6, "\(market)")
        let ident = try #require(shares[.ident])
        #expect(ident.fitting * 10 >= ident.all * 2, "\(ident)")
        // There is one piece of news for each part of headlines, and they come there.
        let headlines = try #require(shares[.headlines])
        #expect(headlines.fitting >= 14, "\(headlines)")
    }

    private static func tick(_ market: inout Market, _ price: (pair: String, cents: Int)) throws -> Envelope<
        PriceTicked
    > {
        func text(_ cents: Int) -> String { "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }
        return try market.tick(
            price.pair,
            text(price.cents),
            change: "\(price.cents % 7).\(price.cents % 10)",
            low: text(price.cents * 9 / 10),
            high: text(price.cents * 11 / 10)
        )
    }

    @Test func `whoever talks alone hands over to nobody`() async throws {
        var show = ShowSimulation(seed: 1, start: try #require(Timestamp("2026-03-01T10:00:00Z")))
        show.settings = settings()
        try await show.run(for: .seconds(3600))
        #expect(Set(show.heard.map(\.spoken.host)) == ["Nova"])
        #expect(show.heard.allSatisfy { !($0.spoken.template?.contains("over.") ?? false) })
        #expect(show.pauseMax <= .seconds(30))
    }

    @Test func `what an earlier life has said is not said again`() async throws {
        let start = try #require(Timestamp("2026-03-01T10:00:00Z"))
        var first = ShowSimulation(seed: 1, start: start)
        try await first.run(for: .seconds(600))
        var desk = HostDesk(seed: 1, startedAt: .zero)
        for one in first.heard { desk.recall(one.spoken.text, at: start.advanced(by: one.begins)) }
        let before = Set(first.heard.map(\.spoken.text))
        for second in 0..<600 {
            let now = start.advanced(by: .seconds(600 + second))
            let said = desk.speak(first.settings, now: now, elapsed: .seconds(second))
            if let said { #expect(!before.contains(said.event.text)) }
        }
    }
}
