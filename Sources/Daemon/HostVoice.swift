import Actors
import Bus
import Foundation

extension HostSettings {
    /// The settings of the moment, and whether hosts are to be quiet.
    init(_ configuration: Configuration, isQuiet: Bool) {
        self.init(
            host: HostPersona(name: configuration.host.name, manner: configuration.host.persona),
            cohost: configuration.cohost.name.isEmpty
                ? nil : HostPersona(name: configuration.cohost.name, manner: configuration.cohost.persona),
            station: configuration.station.name,
            topic: configuration.host.topic,
            segmentEvery: .seconds(configuration.host.segmentSeconds),
            limits: Briefing.Limits(configuration),
            time: StationTime(zone: configuration.station.timeZone)
        )
        format = configuration.show.format
        self.isQuiet = isQuiet
    }
}

extension Station {
    /// What hosts work by at this moment.
    var hostSettings: HostSettings {
        HostSettings(settings.current.configuration, isQuiet: mute.isOn || offAir.isOn)
    }
}

extension Briefing.Limits {
    init(_ configuration: Configuration) {
        self.init(
            price: .seconds(configuration.market.staleAfterSeconds),
            talk: .seconds(configuration.trends.staleAfterSeconds),
            // It is told when it changes, and that is once in that time as long as there are news.
            mood: .seconds(configuration.sentiment.indexSeconds) * 2,
            headline: .seconds(configuration.news.staleAfterSeconds)
        )
    }
}

extension StationTime {
    /// The clock of an IANA time zone; UTC where this machine does not know it.
    init(zone name: String) {
        guard name != "UTC", let zone = TimeZone(identifier: name) else {
            self = .utc
            return
        }
        let place = String(name.split(separator: "/").last ?? "").replacing("_", with: " ")
        self.init(zone: "\(place) time") { time in
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
        }
    }
}
