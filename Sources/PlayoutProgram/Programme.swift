import Broadcast
import Glibc
import JSON
import Logging
import Playout
import PlayoutLink
import RenderWire
import Sound
import Telemetry
import Threading

/// Carries the programme out: gives its sound to the broadcaster, and what is known of it: titles, captions and targets.
///
/// Sound comes on the audio thread, everything else on the station's; what may take a while has a thread of its own.
final class Programme: ProgrammeSink, ProgrammeFollower {
    private let broadcaster: Broadcaster
    private let logger: Logger
    private let wakeUp: WakeUp
    private let wanted = Mutex<OutputTargets?>(nil)
    /// Why the targets that were wanted last are not there.
    private let refusal = Mutex<String?>(nil)
    private let recordingFolder: String
    private let audioFolder: String
    /// The item that plays, for words whose times come later than it.
    private let current = Mutex<(id: String, at: Int64)?>(nil)
    /// The same, as the renderer was told of it.
    private let seen = Mutex<LiveItem?>(nil)

    /// - Parameters:
    ///   - settings: what to send where, besides what the daemon names.
    ///   - audioFolder: where items lie whose path is not absolute.
    ///   - recordingFolder: where recordings go, when they are wanted.
    ///   - logger: of all outputs.
    /// - Throws: `BroadcastSettingsError`, `ThreadError`.
    init(_ settings: BroadcastSettings, audioFolder: String, recordingFolder: String, logger: Logger) throws {
        self.logger = logger
        self.audioFolder = audioFolder
        self.recordingFolder = recordingFolder
        wakeUp = try WakeUp()
        broadcaster = try Broadcaster(settings, logger: logger)
    }

    /// Starts all outputs; once.
    ///
    /// - Throws: `ThreadError`.
    func start() throws {
        try broadcaster.start()
        // Lives as long as the process: connecting to servers and leaving them takes a second or more.
        _ = try OSThread(name: "targets") { self.followTargets() }
    }

    /// Lets out what was made; blocks for some seconds at most.
    func stop() { broadcaster.stop() }

    func push(_ samples: UnsafeBufferPointer<Float>) { broadcaster.push(samples) }

    func follow(_ news: ProgrammeNews) {
        switch news {
        case .item(let item, let frame, let at):
            let beginning = at - frame
            current.withLock { $0 = (item.id, beginning) }
            if !item.title.isEmpty { broadcaster.setMetadata(title: item.text, artist: item.title) }
            // What was heard before a restart has had its caption.
            let played = Int(frame) * 1000 / AudioFormat.sampleRate
            caption(item.words.filter { $0.endMilliseconds > played }, since: beginning)
            show(LiveItem(item, since: beginning, audioFolder: audioFolder))
        case .words(let words, let id):
            guard let current = current.withLock({ $0 }), current.id == id else { return }
            caption(words, since: current.at)
            guard var item = seen.withLock({ $0 }), item.id == id else { return }
            item.words = words.map(SpokenWord.init)
            show(item)
        case .targets(let targets):
            wanted.withLock { $0 = targets }
            wakeUp.signal()
        case .metadata(let metadata):
            guard let title = metadata["title"]?.string else { return }
            broadcaster.setMetadata(title: title, artist: metadata["artist"]?.string ?? "")
        case .over(let id):
            guard var item = seen.withLock({ $0 }), item.id == id else { return }
            item.end = broadcaster.pushedSamples
            show(item)
        case .picture(let scene):
            let shown = scene.isNull ? ["layout": "standby", "station": "CryptoCall FM", "hosts": []] : scene
            broadcaster.tellRenderer("scene", JSONValue.object(["scene": shown]).bytes)
        }
    }

    /// Tells the renderer what is on air.
    private func show(_ item: LiveItem) {
        seen.withLock { $0 = item }
        var line: [UInt8] = []
        do {
            try OnePassEncoder().encodeAny(LiveOrder(item: item), to: &line)
        } catch {
            preconditionFailure("an item has no value that JSON cannot hold: \(error)")
        }
        broadcaster.tellRenderer("item", line)
    }

    // MARK: Captions

    /// A line of a caption is read at once; it has about two lines of a screen.
    private static let lineCharactersMax = 64

    private func caption(_ words: [CaptionWord], since beginning: Int64) {
        var cues: [CaptionCue] = []
        var line: [CaptionWord] = []
        func end() {
            guard let first = line.first, let last = line.last else { return }
            cues.append(
                CaptionCue(
                    start: beginning + Int64(AudioFormat.frames(milliseconds: first.startMilliseconds)),
                    end: beginning + Int64(AudioFormat.frames(milliseconds: last.endMilliseconds)),
                    text: line.map(\.text).joined(separator: " ")
                )
            )
            line = []
        }
        for word in words {
            if line.map(\.text.count).reduce(line.count, +) + word.text.count > Programme.lineCharactersMax { end() }
            line.append(word)
        }
        end()
        if !cues.isEmpty { broadcaster.captions(cues) }
    }

    var outputs: OutputsStatus { OutputsStatus(broadcaster.status, refusal: refusal.withLock { $0 }) }

    // MARK: Targets

    private func followTargets() {
        while true {
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, -1) > 0 else { continue }
            wakeUp.drain()
            guard let targets = wanted.withLock({ $0.take() }) else { continue }
            do {
                try broadcaster.replace(BroadcastOutputs(targets, recordingFolder: recordingFolder))
                refusal.withLock { $0 = nil }
            } catch {
                logger.error("the targets cannot be used", metadata: [LogKey.error: "\(error)"])
                refusal.withLock { $0 = "\(error)" }
            }
        }
    }
}

extension BroadcastOutputs {
    /// What the daemon wants, with the playout's own place for files.
    init(_ targets: OutputTargets, recordingFolder: String) {
        self.init()
        icecast = targets.icecast.map { mount in
            var settings = IcecastSettings(
                host: mount.host,
                port: mount.port,
                mount: mount.mount,
                password: mount.password
            )
            settings.user = mount.user
            settings.name = mount.name
            settings.description = mount.description
            return settings
        }
        push = targets.push.map { PushTargetSettings(name: $0.name, url: $0.url, key: $0.key) }
        recording = targets.recording.map { wish in
            var settings = RecorderSettings(folder: recordingFolder)
            settings.daysMax = wish.daysMax
            settings.bytesMax = Int64(wish.megabytesMax) * 1_000_000
            return settings
        }
    }
}

extension OutputsStatus {
    /// What the daemon is to know of all that is known.
    init(_ status: BroadcastStatus, refusal: String?) {
        let (meter, loudness) = (status.meter, status.meter.loudness)
        let encoder = OutputsStatus.Encoder(
            state: status.encoder.state.rawValue,
            reason: status.encoder.reason,
            starts: status.encoder.starts,
            behindSeconds: status.encoder.behindSeconds,
            lostSeconds: Double(status.encoder.lostSamples) / Double(AudioFormat.sampleRate)
        )
        let playlist = OutputsStatus.Playlist(
            mediaSequence: status.hls.mediaSequence,
            discontinuitySequence: status.hls.discontinuitySequence,
            newestSegmentSecondsAgo: status.lastSegmentAgeSeconds,
            droppedSegments: status.hls.droppedSegments,
            failure: status.hls.failure
        )
        let measured = OutputsStatus.Meter(
            integratedLUFS: loudness.integrated,
            shortTermLUFS: loudness.shortTerm,
            peakDecibels: meter.peak,
            silentSeconds: meter.silentSeconds,
            longestSilenceSeconds: meter.longestSilenceSeconds,
            driftSeconds: meter.driftSeconds
        )
        let recording = status.recording.map { recording in
            OutputsStatus.Recording(
                file: recording.file,
                writtenBytes: recording.writtenBytes,
                lastWriteAt: recording.lastWriteAt,
                failure: recording.failure
            )
        }
        self.init(
            encoder: encoder,
            playlist: playlist,
            meter: measured,
            targets: status.icecast.map { OutputsStatus.Target($0) } + status.push.map { OutputsStatus.Target($0) },
            recording: recording,
            refusal: refusal
        )
        picture = status.picture.map { OutputsStatus.Picture($0) }
    }
}

extension OutputsStatus.Picture {
    init(_ status: PictureStatus) {
        self.init(state: status.state.rawValue)
        framesPerSecond = status.framesPerSecond
        drawnFrames = status.drawnFrames
        droppedFrames = status.droppedFrames
        repeatedFrames = status.repeatedFrames
        standbyFrames = status.standbyFrames
        rendererStarts = status.rendererStarts
        encoderStarts = status.encoderStarts
        isListed = status.isListed
        missingSegments = status.missingSegments
        lastFailure = status.failure ?? status.lastFailure
        lastFailureAt = status.lastFailureAt
    }
}

extension LiveItem {
    /// - Parameters:
    ///   - item: as it was queued.
    ///   - start: the sample of the programme at which it begins.
    ///   - audioFolder: where it lies when its path is not absolute.
    init(_ item: PlayoutItem, since start: Int64, audioFolder: String) {
        self.init(
            id: item.id,
            speaker: item.kind == .speech ? item.title : nil,
            file: item.file.hasPrefix("/") ? item.file : "\(audioFolder)/\(item.file)",
            start: start,
            words: item.words.map(SpokenWord.init)
        )
        phones = item.phones?.map { SpokenPhone($0.arpabet, $0.startMilliseconds, $0.endMilliseconds) }
        arePhonesOnsets = item.arePhonesOnsets
    }
}

extension SpokenWord {
    /// A sentence ends with its mark.
    init(_ word: CaptionWord) {
        let last = word.text.last { !"\"')”".contains($0) }
        self.init(
            word.text,
            word.startMilliseconds,
            word.endMilliseconds,
            endsSentence: last.map { ".!?".contains($0) } ?? false
        )
    }
}

extension OutputsStatus.Target {
    init(_ status: IcecastStatus) {
        self.init(
            kind: .icecast,
            name: status.target,
            url: "icecast://\(status.target)",
            state: status.state.rawValue,
            reason: status.reason ?? status.metadataFailure.map { "titles: \($0)" },
            connects: status.connects,
            droppedFrames: status.droppedFrames
        )
    }

    init(_ status: PushStatus) {
        self.init(
            kind: .push,
            name: status.name,
            url: status.url,
            state: status.state.rawValue,
            reason: status.reason,
            connects: status.connects,
            droppedFrames: status.droppedFrames
        )
    }
}
