import API
import Bus
import Domain
import Market

extension ConsoleData {
    /// What the pages show of this station.
    init(_ station: Station, jobs: JobDesk, news: NewsRoutes.Doors) {
        self.init(
            now: station.now,
            station: { StationFacts(station) },
            health: { HealthReport(station, jobs: jobs) },
            spoken: { station.airNotes.newest },
            market: { MarketFacts(station) },
            news: news
        )
    }
}

extension ConsoleData.StationFacts {
    fileprivate init(_ station: Station) {
        self.init(
            name: station.settings.current.configuration.station.name,
            version: Version.current,
            isMuted: station.mute.isOn,
            isOffAir: station.offAir.isOn,
            voice: station.voice
        )
    }
}

extension ConsoleData.MarketFacts {
    fileprivate init(_ station: Station) {
        let staleAfter = Duration.seconds(station.settings.current.configuration.market.staleAfterSeconds)
        let status = station.board.status(at: station.now(), staleAfter: staleAfter)
        self.init(
            source: status.source,
            reason: status.reason,
            staleAfter: staleAfter,
            prices: station.bus.snapshot(prefix: PriceTicked.topic.text)
                .compactMap { $0.payload as? PriceTicked }
                .sorted { $0.pair < $1.pair }
        )
    }
}
