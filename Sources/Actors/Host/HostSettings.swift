/// What the host reads anew before each segment, so that a reload needs no restart.
package struct HostSettings: Sendable {
    package var host: String
    package var station: String
    /// What the talk is about, in a few words.
    package var topic: String
    /// From the beginning of one segment to that of the next.
    package var segmentEvery: Duration
    /// Where words are spoken: the next are written when so much speech is still to be heard.
    package var writeAhead: Duration = .seconds(12)
    /// What is older is not said.
    package var limits: Briefing.Limits
    /// What the station's clock shows.
    package var time: StationTime
    /// Whether the emergency stop is on: then nothing is said.
    package var isMuted = false

    package init(
        host: String,
        station: String,
        topic: String,
        segmentEvery: Duration = .seconds(10),
        limits: Briefing.Limits = Briefing.Limits(price: .seconds(30), talk: .seconds(600)),
        time: StationTime = .utc
    ) {
        self.host = host
        self.station = station
        self.topic = topic
        self.segmentEvery = segmentEvery
        self.limits = limits
        self.time = time
    }
}
