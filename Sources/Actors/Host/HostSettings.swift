package import Show

/// A host as the desk and a model know it.
package struct HostPersona: Hashable, Sendable {
    package let name: String
    /// How he or she talks, in a few words for a model; may be empty.
    package let manner: String

    package init(name: String, manner: String = "") {
        self.name = name
        self.manner = manner
    }
}

/// What the host reads anew before each segment, so that a reload needs no restart.
package struct HostSettings: Sendable {
    /// Who speaks, in turns.
    package private(set) var hosts: [HostPersona]
    package var station: String
    /// What the talk is about, in a few words.
    package var topic: String
    /// From the beginning of one segment to that of the next.
    package var segmentEvery: Duration
    /// Where words are spoken: the next are written when so much speech is still to be heard.
    package var writeAhead: Duration = .seconds(12)
    /// What is older is not said.
    package var limits: Briefing.Limits
    /// What is on at which minute of the hour.
    package var format = FormatClock.standard
    /// What the station's clock shows.
    package var time: StationTime
    /// Whether nothing is written and said: the emergency stop is on, or the station is off the air.
    package var isQuiet = false

    /// - Parameters:
    ///   - host: who speaks.
    ///   - cohost: who speaks in turns with the first; `nil` for nobody.
    ///   - station: its name.
    ///   - topic: what the talk is about, in a few words.
    ///   - segmentEvery: from the beginning of one text to that of the next.
    ///   - limits: what is older is not said.
    ///   - time: what the station's clock shows.
    package init(
        host: HostPersona,
        cohost: HostPersona? = nil,
        station: String,
        topic: String,
        segmentEvery: Duration = .seconds(10),
        limits: Briefing.Limits = Briefing.Limits(price: .seconds(30), talk: .seconds(600)),
        time: StationTime = .utc
    ) {
        hosts = [host] + [cohost].compactMap(\.self)
        self.station = station
        self.topic = topic
        self.segmentEvery = segmentEvery
        self.limits = limits
        self.time = time
    }
}
