import Actors
import Bus
import Domain
import Testing

/// Makes the events that a host hears.
struct Market {
    var now = Timestamp(seconds: 1_700_000_040)
    private var ids = UUIDv7Generator(seed: 3)

    mutating func tick(
        _ pair: String,
        _ price: String,
        source: String = "binance",
        symbol: String? = nil,
        asOf: Timestamp? = nil,
        change: String? = nil,
        low: String? = nil,
        high: String? = nil
    ) throws -> Envelope<PriceTicked> {
        let pair = try #require(TradingPair(pair))
        let tick = PriceTicked(
            pair: pair,
            price: try #require(Price(price)),
            source: source,
            symbol: symbol ?? "\(pair.base)USDT",
            asOf: asOf ?? now,
            change24hPercent: change.flatMap { ExactDecimal($0) },
            high24h: high.flatMap { Price($0) },
            low24h: low.flatMap { Price($0) }
        )
        return envelope(tick, subject: tick.subject)
    }

    mutating func mood(index: Int?, score: Double?, at: Timestamp? = nil) -> Envelope<SentimentIndexChanged> {
        envelope(
            SentimentIndexChanged(
                index: index.map {
                    SentimentIndexChanged.FearGreed(
                        value: $0,
                        label: "Extreme Fear",
                        source: "alternative",
                        asOf: at ?? now
                    )
                },
                news: score.flatMap { score in
                    SentimentLevel(score: score).map {
                        SentimentIndexChanged.NewsMood(score: score, level: $0, count: 31, hours: 24)
                    }
                },
                at: at ?? now
            )
        )
    }

    mutating func headline(
        _ title: String,
        source: String = "coindesk",
        at: Timestamp? = nil,
        symbols: [String] = ["ETH"]
    ) -> Envelope<NewsItemPublished> {
        envelope(
            NewsItemPublished(
                id: ids.next(at: now),
                url: "https://example.com/\(title.count)",
                title: title,
                source: source,
                publishedAt: at ?? now,
                symbols: symbols,
                score: 0.1,
                level: .neutral,
                method: "linear"
            )
        )
    }

    private mutating func envelope<Payload: Event>(_ payload: Payload, subject: Subject? = nil) -> Envelope<Payload> {
        let id = ids.next(at: now)
        let header = EnvelopeHeader(
            id: id,
            time: now,
            epoch: id,
            seq: 1,
            topic: Payload.topic,
            subject: subject,
            source: "market",
            version: 1,
            delivery: Payload.delivery
        )
        return Envelope(header: header, payload: payload)
    }
}

func settings(
    host: String = "Nova",
    station: String = "CryptoCall FM",
    topic: String = "the crypto markets"
) -> HostSettings {
    HostSettings(host: HostPersona(name: host), station: station, topic: topic)
}
