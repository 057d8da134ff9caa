import Actors
import Bus
import Chat
import Domain
import Testing

@testable import Daemon

/// What an answer is told of the markets.
@Suite struct MarketFactsTests {
    private let now = Timestamp(seconds: 1_700_000_040)
    private let bus: EventBus

    init() throws { bus = try EventBus(types: EventCatalogue.all) }

    /// An event as those who follow it get it.
    private func told<Payload: TransientEvent>(_ payload: Payload) async throws -> Envelope<Payload> {
        var heard = try bus.subscribe(to: Payload.self, as: "test").makeAsyncIterator()
        try bus.publish(payload, from: "market")
        return try #require(await heard.next())
    }

    private func tick(_ pair: String, _ price: String, source: String, age: Int) async throws -> Envelope<PriceTicked> {
        try await told(
            PriceTicked(
                pair: try #require(TradingPair(pair)),
                price: try #require(Price(price)),
                source: source,
                symbol: "X",
                asOf: now.advanced(by: .seconds(-age)),
                change24hPercent: ExactDecimal("-1.5")
            )
        )
    }

    private func lines(_ briefing: Briefing, _ symbols: [String]?) -> [String] {
        MarketFacts(briefing, Briefing.Limits(), .utc, at: now).facts(of: symbols).map(\.text)
    }

    @Test func `prices are told with source and age, old ones not at all, recorded ones with their date`() async throws
    {
        var briefing = Briefing()
        briefing.note(try await tick("BTC-USD", "64250.12", source: "kraken", age: 7))
        briefing.note(try await tick("ETH-USD", "2000", source: "kraken", age: 31))
        briefing.note(try await tick("SOL-USD", "20", source: "replay:old.csv", age: 86_400))
        let bitcoin = "BTC-USD is 64250.12 (from kraken, market X, 7 s old, down 1.5 percent over 24 hours)"
        let solana =
            "SOL-USD was 20 on 13 November 2023 at 22:14 UTC (from replay:old.csv, recorded history and no price of today)"
        #expect(lines(briefing, nil) == [bitcoin, solana])
        #expect(lines(briefing, ["btc"]) == [bitcoin])
        #expect(lines(briefing, ["SOL-USD", "eth", "doge"]) == [solana, "The station has no price of DOGE, ETH."])
    }

    @Test func `without prices it says so, and why`() {
        var briefing = Briefing()
        #expect(lines(briefing, nil) == ["The station has no prices now: nobody has told any that is fresh enough."])
        briefing.note(MarketSourceChanged(source: nil, previous: nil, reason: "kraken does not answer", at: now))
        #expect(lines(briefing, nil) == ["The station has no prices now: kraken does not answer."])
    }

    @Test func `the mood and the news are told, those first that are about what is asked for`() async throws {
        var briefing = Briefing()
        briefing.note(try await tick("BTC-USD", "64250.12", source: "kraken", age: 7))
        briefing.note(
            try await told(
                SentimentIndexChanged(
                    index: SentimentIndexChanged.FearGreed(
                        value: 47,
                        label: "Neutral",
                        source: "alternative",
                        asOf: now
                    ),
                    news: SentimentIndexChanged.NewsMood(score: 0.25, level: .positive, count: 9, hours: 24),
                    at: now
                )
            )
        )
        var ids = UUIDv7Generator(seed: 1)
        for number in 0..<7 {
            briefing.note(
                Headline(
                    id: ids.next(at: now),
                    header: nil,
                    title: "Title \(number)",
                    source: "decrypt",
                    publishedAt: now.advanced(by: .seconds(-number)),
                    symbols: number == 6 ? ["ETH"] : []
                )
            )
        }
        let told = lines(briefing, nil)
        #expect(
            told[1...2] == [
                "The Fear and Greed index of Alternative.me is 47, which it calls Neutral, for 14 November 2023",
                "The 9 pieces of news of the last 24 hours are positive by our own count, as of 22:14 UTC",
            ]
        )
        #expect(told[3] == "Decrypt wrote at 22:14 UTC: Title 0")
        #expect(told[4...] == (1..<5).map { "Decrypt wrote at 22:13 UTC: Title \($0)" }[...])
        let asked = lines(briefing, ["ETH"])
        #expect(asked.filter { $0.hasPrefix("Decrypt") }.count == 5)
        #expect(asked.first { $0.hasPrefix("Decrypt") }?.hasSuffix("Title 6") == true)
    }
}
