package import Bus
package import Domain

/// What the public page shows.
///
/// The closures are called for every page and must not block; `news` may take as long as reading the store does.
package struct ConsoleData: Sendable {
    /// The station as a whole.
    package struct StationFacts: Hashable, Sendable {
        package let name: String
        package let version: String
        /// Whether the emergency stop is on.
        package let isMuted: Bool
        /// Whether an operator took the station off the air.
        package let isOffAir: Bool
        /// How words leave the station, such as `off` for as text only.
        package let voice: String

        package init(name: String, version: String, isMuted: Bool, isOffAir: Bool, voice: String) {
            self.name = name
            self.version = version
            self.isMuted = isMuted
            self.isOffAir = isOffAir
            self.voice = voice
        }
    }

    /// Something a host said, and when.
    package struct Spoken: Sendable {
        package let at: Timestamp
        package let segment: HostSpoke

        package init(at: Timestamp, segment: HostSpoke) {
            self.at = at
            self.segment = segment
        }
    }

    /// The prices, and where they come from.
    package struct MarketFacts: Sendable {
        /// Who serves them; `nil` when nobody does.
        package let source: String?
        /// Why it is that source, or why there is none.
        package let reason: String
        /// Older prices are stale.
        package let staleAfter: Duration
        /// The newest of each pair, in the order of the pairs.
        package let prices: [PriceTicked]

        package init(source: String?, reason: String, staleAfter: Duration, prices: [PriceTicked]) {
            self.source = source
            self.reason = reason
            self.staleAfter = staleAfter
            self.prices = prices
        }
    }

    package let now: @Sendable () -> Timestamp
    package let station: @Sendable () -> StationFacts
    package let health: @Sendable () -> HealthReport
    /// The last texts, newest first; a handful.
    package let spoken: @Sendable () -> [Spoken]
    package let market: @Sendable () -> MarketFacts
    package let news: NewsRoutes.Doors

    package init(
        now: @escaping @Sendable () -> Timestamp,
        station: @escaping @Sendable () -> StationFacts,
        health: @escaping @Sendable () -> HealthReport,
        spoken: @escaping @Sendable () -> [Spoken],
        market: @escaping @Sendable () -> MarketFacts,
        news: NewsRoutes.Doors
    ) {
        self.now = now
        self.station = station
        self.health = health
        self.spoken = spoken
        self.market = market
        self.news = news
    }
}
