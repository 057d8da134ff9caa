import Bus
package import Logging
import Threading

/// Everything that leaves the station: HLS, Icecast, RTMP and the recording, from one encoder.
///
/// The audio thread pushes blocks at the pace of the clock and is never held up by anything here. Each output has a
/// thread and bounded memory of its own; none can hold up the encoder or another.
package final class Broadcaster: Sendable {
    private let settings: BroadcastSettings
    private let logger: Logger
    private let ring: SampleRing
    private let encoder: Encoder
    private let meter: OutputMeter
    private let publisher: HLSPublisher
    private let icecast: [IcecastSource]
    private let recorder: HourRecorder?
    private let targets: PushTargets

    /// - Parameters:
    ///   - settings: what to send where.
    ///   - logger: of all outputs.
    /// - Throws: `BroadcastSettingsError` with every problem; `ThreadError` when the system refuses.
    package init(_ settings: BroadcastSettings, logger: Logger) throws {
        let problems = settings.problems()
        guard problems.isEmpty else { throw BroadcastSettingsError(problems: problems) }
        self.settings = settings
        self.logger = logger
        var hls = settings.hls
        hls.bitsPerSecond = settings.encoder.bitsPerSecond
        // The history and, beyond it, what the audio thread brings while the encoder's thread gets no time.
        let ring = SampleRing(capacityAtLeast: Int(AudioFormat.samples(settings.encoder.historySeconds + 5)))
        let publisher = try HLSPublisher(hls, logger: logger)
        let icecast = try settings.icecast.map {
            try IcecastSource($0, bitsPerSecond: settings.encoder.bitsPerSecond, logger: logger)
        }
        let recorder = try settings.recording.map { try HourRecorder($0, logger: logger) }
        let targets = PushTargets(program: settings.encoder.program, logger: logger)
        encoder = try Encoder(settings.encoder, ring: ring, logger: logger) { frames, start in
            publisher.append(frames, start)
            for source in icecast { source.append(frames, start) }
            recorder?.append(frames, start)
            targets.append(frames, start)
        }
        meter = try OutputMeter(silenceThreshold: settings.silenceThreshold)
        (self.ring, self.publisher, self.icecast, self.recorder, self.targets) = (
            ring, publisher, icecast, recorder, targets
        )
    }

    /// Starts all threads; once.
    ///
    /// - Throws: `ThreadError` when the system refuses; what was started is stopped then.
    package func start() throws {
        do {
            try publisher.start()
            for source in icecast { try source.start() }
            try recorder?.start()
            try targets.replace(settings.push)
            try meter.start()
            try encoder.start()
        } catch {
            stop()
            throw error
        }
    }

    /// Lets what was pushed get out, and ends all outputs; blocks for some seconds at most.
    package func stop() {
        // The encoder first: what it still gives goes to the others.
        encoder.stop()
        meter.stop()
        targets.stop()
        for source in icecast { source.stop() }
        recorder?.stop()
        publisher.stop()
    }

    /// Takes one block, or any number of samples; for the one audio thread.
    ///
    /// Copies the sound and returns: it allocates nothing, takes no lock and makes no system call. Without room the
    /// block is dropped and counted in the status.
    ///
    /// - Parameter block: interleaved stereo at 48 kHz.
    package func push(_ block: UnsafeBufferPointer<Float>) {
        ring.write(block)
        meter.write(block)
    }

    /// Samples that were taken since the start: the moment that captions count from.
    package var pushedSamples: Int64 { ring.writtenPosition }

    /// Changes where the programme is pushed to; targets that stay the same are not touched.
    ///
    /// Blocks for a second or two, while those that go say goodbye.
    ///
    /// - Parameter new: all that are wanted.
    /// - Throws: `BroadcastSettingsError`; then nothing has changed.
    package func replaceTargets(_ new: [PushTargetSettings]) throws { try targets.replace(new) }

    /// Tells the listeners of Icecast what is on air.
    ///
    /// - Parameters:
    ///   - title: plain text.
    ///   - artist: left out when empty.
    package func setMetadata(title: String, artist: String) {
        let song = artist.isEmpty ? title : "\(artist) - \(title)"
        for source in icecast { source.setSong(song) }
    }

    /// Gives captions, before what they are of is published: about a segment's length after it was pushed.
    ///
    /// - Parameter cues: in samples as `pushedSamples` counts.
    package func captions(_ cues: [CaptionCue]) { publisher.add(cues) }

    /// How everything is now; does not wait.
    package var status: BroadcastStatus {
        var status = BroadcastStatus()
        status.pushedSamples = pushedSamples
        status.encoder = encoder.status
        status.hls = publisher.status
        status.lastSegmentAgeSeconds = status.hls.lastSegmentAt.map { max(0, $0.duration(to: .now) / .seconds(1)) }
        status.meter = meter.status
        status.icecast = icecast.map(\.status)
        status.push = targets.statuses
        status.recording = recorder?.status
        return status
    }

    /// The encoder's process id, while there is one.
    package var encoderProcessID: Int32? { encoder.processID }
}
