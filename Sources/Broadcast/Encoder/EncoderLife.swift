import Bus
import Sound
import Threading

/// What the encoder's thread knows: where the child is fed, what came back, and when.
struct EncoderLife {
    let settings: EncoderSettings
    let ring: SampleRing
    private var policy: RestartPolicy
    private(set) var timeline = EncoderTimeline()
    /// The present child's stream.
    private(set) var start: InitSegment?
    private var parser = FragmentedMP4()
    /// Where the child is fed next, in bytes since the beginning.
    private var position: Int64 = 0
    private var lastProgress = ContinuousClock.now
    /// Since when nothing works.
    var failedAt: ContinuousClock.Instant?
    /// No more is fed than what is there.
    var isEnding = false {
        didSet { if isEnding, !oldValue { endsBy = ContinuousClock.now.advanced(by: .seconds(2)) } }
    }
    private var endsBy: ContinuousClock.Instant?

    init(settings: EncoderSettings, ring: SampleRing, policy: RestartPolicy) {
        self.settings = settings
        self.ring = ring
        self.policy = policy
    }

    var hasMore: Bool { position < ring.writtenPosition * Int64(AudioFormat.bytesPerFrame) }
    var isFed: Bool { !hasMore }
    var behindSeconds: Double { AudioFormat.seconds(max(0, ring.writtenPosition - timeline.next)) }

    mutating func begin() {
        position = timeline.begin(oldest: oldest) * Int64(AudioFormat.bytesPerFrame)
        parser = FragmentedMP4()
        start = nil
        lastProgress = .now
    }

    /// The first sample that a new child is fed at the earliest.
    ///
    /// Where sound is lost anyway, half of the history is left to the child to start in: fed from the very bound, it would
    /// be too far behind before it had begun, and so would each that comes after it.
    private var oldest: Int64 {
        guard timeline.next < ring.oldestPosition else { return ring.oldestPosition }
        let roomy = ring.writtenPosition - AudioFormat.samples(settings.historySeconds / 2)
        return max(ring.oldestPosition, roomy)
    }

    /// Gives the child as much as it takes now.
    ///
    /// - Returns: why that is over.
    mutating func feed(_ program: ChildProgram) -> String? {
        guard program.input >= 0 else { return nil }
        while hasMore {
            guard position >= ring.oldestPosition * Int64(AudioFormat.bytesPerFrame) else {
                return "it is more than \(settings.historySeconds) s behind"
            }
            guard let count = program.write(ring.bytes(from: position)) else { return "it takes no more sound" }
            guard count > 0 else { return nil }
            position += Int64(count)
        }
        return nil
    }

    /// Takes bytes that the child wrote.
    ///
    /// - Returns: the frames in them that are new.
    mutating func take(_ bytes: ArraySlice<UInt8>) throws(MP4Error) -> [EncodedFrame] {
        var frames: [EncodedFrame] = []
        for part in try parser.append(bytes) {
            switch part {
            case .start(let start):
                guard start.timescale == UInt32(AudioFormat.sampleRate),
                    start.config.sampleRate == AudioFormat.sampleRate
                else { throw MP4Error(.unsupported, "mdhd: timescale \(start.timescale)") }
                self.start = start
            case .fragment(let fragment):
                for (index, frame) in fragment.frames.enumerated() {
                    let time = fragment.decodeTime + UInt64(index) * UInt64(EncodedFrame.samples)
                    guard let first = timeline.take(decodeTime: time) else { continue }
                    guard first <= position / Int64(AudioFormat.bytesPerFrame) else {
                        throw MP4Error(.badValue, "tfdt: beyond the sound that it was given")
                    }
                    let bytes = Array(fragment.bytes[frame])
                    frames.append(
                        EncodedFrame(start: first, bytes: bytes, time: wallTime(of: first), run: timeline.run)
                    )
                }
            }
        }
        if !frames.isEmpty { lastProgress = .now }
        return frames
    }

    /// The newest sample in the ring is of now, and sound is made at the pace of the clock.
    private func wallTime(of sample: Int64) -> Timestamp {
        Timestamp.now.advanced(by: .zero - AudioFormat.duration(ring.writtenPosition - sample))
    }

    /// Why the child is to be ended, although it lives.
    func problem() -> String? {
        if let endsBy, ContinuousClock.now > endsBy { return "it did not end" }
        // Without sound to encode it cannot be blamed.
        guard behindSeconds > 1 else { return nil }
        // A busy machine may take its time to start a program.
        let limit = start == nil ? settings.stallAfter * 3 : settings.stallAfter
        return lastProgress.duration(to: .now) > limit ? "nothing came out of it for \(limit)" : nil
    }

    mutating func delayAfterFailure(worked: Duration) -> Duration { policy.delay(afterWorking: worked) }

    /// Keeps what a new child would be fed, within the bound.
    func releaseHistory() {
        let wanted = timeline.next - 2 * EncodedFrame.samples
        let bound = ring.writtenPosition - AudioFormat.samples(settings.historySeconds)
        ring.release(to: max(wanted, bound, 0))
    }
}
