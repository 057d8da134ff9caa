package import Bus

/// How the programme gets out, at one moment; none of it holds a secret.
package struct OutputsStatus: Codable, Hashable, Sendable {
    package struct Encoder: Codable, Hashable, Sendable {
        /// `stopped`, `starting`, `running`, `restarting` or `unavailable`.
        package var state: String
        /// Why it does not run.
        package var reason: String?
        package var starts: Int
        /// Sound that waits to be encoded.
        package var behindSeconds: Double
        /// Sound that never was, because no encoder was there in time.
        package var lostSeconds: Double

        package init(state: String, reason: String?, starts: Int, behindSeconds: Double, lostSeconds: Double) {
            self.state = state
            self.reason = reason
            self.starts = starts
            self.behindSeconds = behindSeconds
            self.lostSeconds = lostSeconds
        }
    }

    /// The public playlist.
    package struct Playlist: Codable, Hashable, Sendable {
        package var mediaSequence: Int64
        package var discontinuitySequence: Int64
        /// `nil` before the first segment.
        package var newestSegmentSecondsAgo: Double?
        package var droppedSegments: Int
        /// Why nothing can be written now.
        package var failure: String?

        package init(
            mediaSequence: Int64,
            discontinuitySequence: Int64,
            newestSegmentSecondsAgo: Double?,
            droppedSegments: Int,
            failure: String?
        ) {
            self.mediaSequence = mediaSequence
            self.discontinuitySequence = discontinuitySequence
            self.newestSegmentSecondsAgo = newestSegmentSecondsAgo
            self.droppedSegments = droppedSegments
            self.failure = failure
        }
    }

    /// What is measured on the sound that goes to the encoder.
    package struct Meter: Codable, Hashable, Sendable {
        /// Of all since the start, in LUFS; `nil` before there is anything to measure.
        package var integratedLUFS: Double?
        /// Of the last three seconds.
        package var shortTermLUFS: Double?
        /// The loudest sample of the last 100 ms, in dB below full scale.
        package var peakDecibels: Double
        /// How long it has been silent until now.
        package var silentSeconds: Double
        package var longestSilenceSeconds: Double
        /// Ahead of the clock (positive) or behind it.
        package var driftSeconds: Double

        package init(
            integratedLUFS: Double?,
            shortTermLUFS: Double?,
            peakDecibels: Double,
            silentSeconds: Double,
            longestSilenceSeconds: Double,
            driftSeconds: Double
        ) {
            self.integratedLUFS = integratedLUFS
            self.shortTermLUFS = shortTermLUFS
            self.peakDecibels = peakDecibels
            self.silentSeconds = silentSeconds
            self.longestSilenceSeconds = longestSilenceSeconds
            self.driftSeconds = driftSeconds
        }
    }

    /// The picture beside the sound.
    package struct Picture: Codable, Hashable, Sendable {
        /// `stopped`, `waiting`, `live`, `standby` or `away`.
        package var state: String
        /// Fresh pictures in the last second.
        package var framesPerSecond: Int
        package var drawnFrames: Int
        package var droppedFrames: Int
        package var repeatedFrames: Int
        package var standbyFrames: Int
        package var rendererStarts: Int
        package var encoderStarts: Int
        /// Whether the public playlist names it.
        package var isListed: Bool
        package var missingSegments: Int
        /// Why one of its programs failed last, or nothing can be written.
        package var lastFailure: String?
        package var lastFailureAt: Timestamp?

        package init(state: String) {
            self.state = state
            (framesPerSecond, drawnFrames, droppedFrames, repeatedFrames, standbyFrames) = (0, 0, 0, 0, 0)
            (rendererStarts, encoderStarts, isListed, missingSegments) = (0, 0, false, 0)
        }
    }

    /// A server that gets the programme.
    package struct Target: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, Sendable { case icecast, push }

        package var kind: Kind
        package var name: String
        /// Without user, password and key.
        package var url: String
        /// `stopped`, `waiting`, `connecting`, `live` or `unavailable`.
        package var state: String
        /// Why it is not live.
        package var reason: String?
        /// How often it went live.
        package var connects: Int
        package var droppedFrames: Int

        package init(
            kind: Kind,
            name: String,
            url: String,
            state: String,
            reason: String?,
            connects: Int,
            droppedFrames: Int
        ) {
            self.kind = kind
            self.name = name
            self.url = url
            self.state = state
            self.reason = reason
            self.connects = connects
            self.droppedFrames = droppedFrames
        }
    }

    package struct Recording: Codable, Hashable, Sendable {
        /// The file that is being written.
        package var file: String?
        package var writtenBytes: Int64
        package var lastWriteAt: Timestamp?
        /// Why nothing can be written now.
        package var failure: String?

        package init(file: String?, writtenBytes: Int64, lastWriteAt: Timestamp?, failure: String?) {
            self.file = file
            self.writtenBytes = writtenBytes
            self.lastWriteAt = lastWriteAt
            self.failure = failure
        }
    }

    package var encoder: Encoder
    package var playlist: Playlist
    package var meter: Meter
    package var targets: [Target]
    /// `nil` when nothing is recorded.
    package var recording: Recording?
    /// `nil` in a playout without a picture.
    package var picture: Picture?
    /// Why the targets that were asked for last are not those that there are.
    package var refusal: String?

    package init(
        encoder: Encoder,
        playlist: Playlist,
        meter: Meter,
        targets: [Target],
        recording: Recording?,
        refusal: String?
    ) {
        self.encoder = encoder
        self.playlist = playlist
        self.meter = meter
        self.targets = targets
        self.recording = recording
        self.refusal = refusal
    }

    /// What keeps listeners from hearing the programme.
    package enum Trouble: Hashable, Sendable, CustomStringConvertible {
        case noEncoder(state: String, reason: String?)
        case cannotWrite(reason: String)
        case late(seconds: Double)
        case silent(seconds: Double)

        /// For operators: it may hold paths of the machine.
        package var description: String {
            switch self {
            case .noEncoder(let state, let reason): "the encoder is \(state): \(reason ?? "no reason is known")"
            case .cannotWrite(let reason): "the stream cannot be written: \(reason)"
            case .late, .silent: forEveryone
            }
        }

        /// For listeners.
        package var forEveryone: String {
            switch self {
            case .noEncoder(let state, _): "the encoder, ffmpeg, is \(state)"
            case .cannotWrite: "the stream cannot be written"
            case .late(let seconds): "the newest part of the stream is \(Int(seconds)) s old"
            case .silent(let seconds): "nothing has been heard for \(Int(seconds)) s"
            }
        }
    }

    /// How old the newest segment of the playlist gets while all is well, with a restart of the encoder.
    private static let segmentSecondsMax = 8.0
    /// More silence is a fault.
    private static let silentSecondsMax = 3.0

    /// What keeps listeners from hearing the programme; `nil` when nothing does.
    package var trouble: Trouble? {
        if encoder.state == "unavailable" || encoder.state == "restarting" {
            return .noEncoder(state: encoder.state, reason: encoder.reason)
        }
        if let failure = playlist.failure { return .cannotWrite(reason: failure) }
        if let age = playlist.newestSegmentSecondsAgo, age > OutputsStatus.segmentSecondsMax {
            return .late(seconds: age)
        }
        return meter.silentSeconds > OutputsStatus.silentSecondsMax ? .silent(seconds: meter.silentSeconds) : nil
    }
}
