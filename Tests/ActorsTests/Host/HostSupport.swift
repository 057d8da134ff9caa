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
        let id = ids.next(at: now)
        let header = EnvelopeHeader(
            id: id,
            time: now,
            epoch: id,
            seq: 1,
            topic: PriceTicked.topic,
            subject: tick.subject,
            source: "market",
            version: 1,
            delivery: .state
        )
        return Envelope(header: header, payload: tick)
    }
}

func settings(
    host: String = "Nova",
    station: String = "CryptoCall FM",
    topic: String = "the crypto markets"
) -> HostSettings {
    HostSettings(host: host, station: station, topic: topic)
}
