/// All that is to be known of what leaves the station, at one moment.
package struct BroadcastStatus: Hashable, Codable, Sendable {
    /// Sound that was pushed since the start, in samples; where captions count from.
    package var pushedSamples: Int64 = 0
    package var encoder = EncoderStatus()
    package var hls = HLSStatus()
    /// Since the newest segment was published; `nil` before the first.
    package var lastSegmentAgeSeconds: Double?
    package var meter = MeterStatus()
    package var icecast: [IcecastStatus] = []
    package var push: [PushStatus] = []
    /// `nil` when nothing is recorded.
    package var recording: RecorderStatus?
    /// `nil` when there is sound alone.
    package var picture: PictureStatus?

    package init() {}

    package var silentFor: Duration { .seconds(meter.silentSeconds) }
    package var loudness: Loudness { meter.loudness }
    package var drift: Duration { .seconds(meter.driftSeconds) }
    package var lastSegmentAge: Duration? { lastSegmentAgeSeconds.map { .seconds($0) } }
}
