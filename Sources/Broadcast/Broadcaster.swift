import Bus
package import Logging
import Sound
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
    private let icecast: OutputSet<IcecastSource>
    private let push: OutputSet<PushTarget>
    private let recorders: OutputSet<HourRecorder>
    private let picture: (encoder: VideoEncoder, publisher: PicturePublisher)?
    /// What listeners were told last; those who come later are told, too.
    private let song = Song()

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
        let ring = SampleRing(framesMin: Int(AudioFormat.samples(settings.encoder.historySeconds + 5)))
        let pictures = try settings.picture.map { _ in
            try PicturePublisher(hls, ring: ring, logger: logger)
        }
        let publisher = try HLSPublisher(hls, board: pictures?.board, logger: logger)
        let icecast = OutputSet { [song] (mount: IcecastSettings) in
            let source = try IcecastSource(mount, bitsPerSecond: settings.encoder.bitsPerSecond, logger: logger)
            if let text = song.text { source.setSong(text) }
            return source
        }
        let push = OutputSet {
            try PushTarget(
                $0,
                program: settings.encoder.program,
                hasPicture: settings.picture != nil,
                logger: logger
            )
        }
        let recorders = OutputSet { try HourRecorder($0, logger: logger) }
        encoder = try Encoder(settings.encoder, ring: ring, logger: logger) { frames, start in
            publisher.append(frames, start)
            icecast.append(frames, start)
            push.append(frames, start)
            recorders.append(frames, start)
        }
        if let wish = settings.picture, let pictures {
            let video = try VideoEncoder(wish, ring: ring, logger: logger) { frames, start in
                pictures.append(frames, start)
                for target in push.all { target.append(frames, start) }
            }
            picture = (video, pictures)
        } else {
            picture = nil
        }
        meter = try OutputMeter(silenceThreshold: settings.silenceThreshold)
        (self.ring, self.publisher, self.icecast, self.push, self.recorders) = (
            ring, publisher, icecast, push, recorders
        )
    }

    /// Starts all threads; once.
    ///
    /// - Throws: `ThreadError` when the system refuses; what was started is stopped then.
    package func start() throws {
        do {
            try publisher.start()
            try replace(settings.outputs)
            try meter.start()
            try encoder.start()
            try picture?.publisher.start()
            try picture?.encoder.start()
        } catch {
            stop()
            throw error
        }
    }

    /// Lets what was pushed get out, and ends all outputs; blocks for some seconds at most.
    package func stop() {
        // The encoder first: what it still gives goes to the others.
        encoder.stop()
        picture?.encoder.stop()
        meter.stop()
        push.stop()
        icecast.stop()
        recorders.stop()
        picture?.publisher.stop()
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

    /// Changes where the programme goes besides the playlist; what stays the same is not touched.
    ///
    /// Blocks for some seconds, while those that go say goodbye.
    ///
    /// - Parameter outputs: all that are wanted.
    /// - Throws: `BroadcastSettingsError`, and then nothing has changed; `ThreadError` when the system refuses some.
    package func replace(_ outputs: BroadcastOutputs) throws {
        let problems = outputs.problems()
        guard problems.isEmpty else { throw BroadcastSettingsError(problems: problems) }
        try icecast.replace(outputs.icecast)
        try push.replace(outputs.push)
        try recorders.replace(outputs.recording.map { [$0] } ?? [])
    }

    /// Tells the listeners of Icecast what is on air.
    ///
    /// - Parameters:
    ///   - title: plain text.
    ///   - artist: left out when empty.
    package func setMetadata(title: String, artist: String) {
        let text = artist.isEmpty ? title : "\(artist) - \(title)"
        song.text = text
        for source in icecast.all { source.setSong(text) }
    }

    /// Gives captions, before what they are of is published: about a segment's length after it was pushed.
    ///
    /// - Parameter cues: in samples as `pushedSamples` counts.
    package func captions(_ cues: [CaptionCue]) { publisher.add(cues) }

    /// Tells the renderer what is to be seen; nothing happens where there is no picture.
    ///
    /// - Parameters:
    ///   - kind: the newest of a kind counts, also for a renderer that is started later.
    ///   - line: one line of JSON.
    package func tellRenderer(_ kind: String, _ line: [UInt8]) { picture?.encoder.tell(kind, line) }

    /// How everything is now; does not wait.
    package var status: BroadcastStatus {
        var status = BroadcastStatus()
        status.pushedSamples = pushedSamples
        status.encoder = encoder.status
        status.hls = publisher.status
        status.lastSegmentAgeSeconds = status.hls.lastSegmentAt.map { max(0, $0.duration(to: .now) / .seconds(1)) }
        status.meter = meter.status
        status.icecast = icecast.statuses
        status.push = push.statuses
        status.recording = recorders.statuses.first
        if let picture {
            var shown = picture.encoder.status
            picture.publisher.report(&shown)
            status.picture = shown
        }
        return status
    }

    /// The encoder's process id, while there is one.
    package var encoderProcessID: Int32? { encoder.processID }

    /// The process ids of what draws and codes the picture; 0 while there is none.
    package var pictureProcessIDs: (renderer: Int32, encoder: Int32) { picture?.encoder.processIDs ?? (0, 0) }
}

/// What is on air, in the words that players show.
private final class Song: Sendable {
    private let state = Mutex<String?>(nil)

    var text: String? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
