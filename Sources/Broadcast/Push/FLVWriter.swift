import Sound

/// Writes sound and picture as one stream of FLV (Adobe, Video File Format Specification 10.1), as RTMP carries it.
///
/// Pure: it counts from a sample of the programme, so that what belongs together has the same time.
struct FLVWriter {
    private let origin: Int64
    private var soundConfig: AudioSpecificConfig?
    private var videoConfig: [UInt8]?
    private var hasHead = false

    private enum Kind {
        static let sound: UInt8 = 8
        static let picture: UInt8 = 9
    }

    /// - Parameter origin: the sample that time counts from.
    init(origin: Int64) { self.origin = origin }

    /// Appends a frame of AAC; one before the origin is left out.
    mutating func append(_ frame: EncodedFrame, _ start: InitSegment, to bytes: inout [UInt8]) {
        guard let time = time(of: frame.start) else { return }
        begin(&bytes)
        // AAC, as sound of 44 kHz in stereo, which every AAC is said to be; its own description has the truth.
        if soundConfig != start.config {
            soundConfig = start.config
            tag(Kind.sound, time, [0xAF, 0] + start.config.bytes, to: &bytes)
        }
        tag(Kind.sound, time, [0xAF, 1] + frame.bytes, to: &bytes)
    }

    /// Appends a frame of H.264; one before the origin is left out.
    mutating func append(_ frame: VideoFrame, _ start: VideoStart, to bytes: inout [UInt8]) {
        guard let time = time(of: PictureClock.sample(of: frame.number)) else { return }
        begin(&bytes)
        if videoConfig != start.configuration {
            videoConfig = start.configuration
            tag(Kind.picture, time, [0x17, 0, 0, 0, 0] + start.configuration, to: &bytes)
        }
        // H.264, with no time between coding and showing.
        tag(Kind.picture, time, [frame.isKey ? 0x17 : 0x27, 1, 0, 0, 0] + frame.bytes, to: &bytes)
    }

    /// In milliseconds; `nil` before the origin.
    private func time(of sample: Int64) -> UInt32? {
        sample < origin ? nil : UInt32(truncatingIfNeeded: (sample - origin) / Int64(AudioFormat.sampleRate / 1000))
    }

    private mutating func begin(_ bytes: inout [UInt8]) {
        guard !hasHead else { return }
        hasHead = true
        // Version 1, sound and picture, a head of nine bytes, and no tag before the first.
        bytes += [0x46, 0x4C, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]
    }

    private func tag(_ kind: UInt8, _ time: UInt32, _ body: [UInt8], to bytes: inout [UInt8]) {
        func number(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
        }
        let size = UInt32(body.count)
        // The highest eight bits of the time come last.
        bytes += [kind] + number(size, 3) + number(time & 0xFF_FFFF, 3) + [UInt8(time >> 24), 0, 0, 0]
        bytes += body
        bytes += number(size + 11, 4)
    }
}
