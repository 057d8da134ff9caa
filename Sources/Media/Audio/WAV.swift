/// WAVE files: read in the forms that speech programs and recorders write, written in three.
package enum WAV {
    /// Nobody has a file with more channels for us.
    static let channelsMax = 8

    package enum Encoding: Hashable, Sendable {
        case pcm16, pcm24, float32

        fileprivate var bytesPerSample: Int {
            switch self {
            case .pcm16: 2
            case .pcm24: 3
            case .float32: 4
            }
        }
    }

    // MARK: Writing

    /// A whole file.
    package static func file(_ sound: PCM, _ encoding: Encoding = .pcm16) -> [UInt8] {
        let width = encoding.bytesPerSample
        let dataCount = sound.frameCount * sound.channelCount * width
        var bytes: [UInt8] = []
        bytes.reserveCapacity(dataCount + 44)
        func append<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes += Array("RIFF".utf8)
        append(UInt32(36 + dataCount))
        bytes += Array("WAVEfmt ".utf8)
        append(UInt32(16))
        append(UInt16(encoding == .float32 ? 3 : 1))
        append(UInt16(sound.channelCount))
        append(UInt32(sound.sampleRate))
        append(UInt32(sound.sampleRate * sound.channelCount * width))
        append(UInt16(sound.channelCount * width))
        append(UInt16(width * 8))
        bytes += Array("data".utf8)
        append(UInt32(dataCount))
        for sample in sound.interleaved {
            switch encoding {
            case .pcm16: append(Int16(scaled(sample, 32_768)))
            case .pcm24: bytes.append(contentsOf: bytes24(Int32(scaled(sample, 8_388_608))))
            case .float32: append(sample.bitPattern)
            }
        }
        return bytes
    }

    private static func scaled(_ sample: Float, _ full: Float) -> Float {
        guard sample.isFinite else { return 0 }
        return min(max((sample * full).rounded(), -full), full - 1)
    }

    private static func bytes24(_ value: Int32) -> [UInt8] {
        (0..<3).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    // MARK: Reading

    /// Reads a file by what is in it, whatever its name.
    ///
    /// Sizes that are placeholders, as in streams, mean "to the end"; of a file that was cut off what is there is read.
    ///
    /// - Parameter bytes: the whole file.
    /// - Returns: the sound, at the rate of the file; of more than two channels one.
    /// - Throws: `SpeechError` with `.badAudio`, which says what the file is instead.
    package static func read(_ bytes: [UInt8]) throws(SpeechError) -> PCM {
        guard bytes.count >= 12, text(bytes, 8) == "WAVE", ["RIFF", "RF64"].contains(text(bytes, 0)) else {
            throw SpeechError(.badAudio, "audio: \(AudioContent.name(of: bytes)), not WAVE")
        }
        var format: WAVFormat?
        var position = 12
        while position + 8 <= bytes.count {
            let size = number(bytes, position + 4, 4)
            let start = position + 8
            switch text(bytes, position) {
            case "fmt ":
                guard start + 16 <= bytes.count else { throw truncated }
                format = try WAVFormat(bytes[start..<min(start + size, bytes.count)])
            case "data":
                guard let format else { throw SpeechError(.badAudio, "audio: its samples come before their form") }
                return try format.sound(bytes[start..<min(bytes.count, start + size)])
            default: break
            }
            position = start + size + size % 2
        }
        throw truncated
    }

    private static var truncated: SpeechError { SpeechError(.badAudio, "audio: the file ends before its sound begins") }

    static func text(_ bytes: [UInt8], _ start: Int) -> String {
        String(decoding: bytes.dropFirst(start).prefix(4), as: UTF8.self)
    }

    static func number(_ bytes: some Collection<UInt8>, _ start: Int, _ count: Int) -> Int {
        bytes.dropFirst(start).prefix(count).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    }
}

/// The form of the samples in a WAVE file.
struct WAVFormat: Hashable {
    private let isFloat: Bool
    private let channelCount: Int
    private let sampleRate: Int
    private let bits: Int
    private let frameBytes: Int

    init(_ chunk: ArraySlice<UInt8>) throws(SpeechError) {
        var tag = WAV.number(chunk, 0, 2)
        // The real form stands at the begin of a longer name.
        if tag == 0xFFFE {
            guard chunk.count >= 40 else { throw SpeechError(.badAudio, "audio: the form of its samples is cut off") }
            tag = WAV.number(chunk, 24, 2)
        }
        channelCount = WAV.number(chunk, 2, 2)
        sampleRate = WAV.number(chunk, 4, 4)
        frameBytes = WAV.number(chunk, 12, 2)
        bits = WAV.number(chunk, 14, 2)
        isFloat = tag == 3
        guard tag == 1 && [8, 16, 24, 32].contains(bits) || tag == 3 && [32, 64].contains(bits) else {
            throw SpeechError(.badAudio, "audio: samples of form \(tag) with \(bits) bits are not read")
        }
        guard (1...WAV.channelsMax).contains(channelCount) else {
            throw SpeechError(.badAudio, "audio: \(channelCount) channels; 1 to \(WAV.channelsMax) are read")
        }
        guard (4_000...384_000).contains(sampleRate) else {
            throw SpeechError(.badAudio, "audio: \(sampleRate) samples per second; 4000 to 384000 are read")
        }
        guard frameBytes == channelCount * bits / 8 else {
            throw SpeechError(.badAudio, "audio: the form of its samples contradicts itself")
        }
    }

    /// The sound of these bytes; a part of a sample at the end is left out.
    func sound(_ data: ArraySlice<UInt8>) throws(SpeechError) -> PCM {
        let frames = data.count / frameBytes
        guard frames > 0 else { throw SpeechError(.badAudio, "audio: there is no sound in it") }
        var channels = [[Float]](repeating: [Float](repeating: 0, count: frames), count: channelCount)
        data.withUnsafeBytes { bytes in
            let width = bits / 8
            for channel in 0..<channelCount {
                channels[channel].withUnsafeMutableBufferPointer { samples in
                    var offset = channel * width
                    var frame = 0
                    while frame < frames {
                        samples[frame] = sample(bytes, offset)
                        offset += frameBytes
                        frame += 1
                    }
                }
            }
        }
        let sound = PCM(sampleRate: sampleRate, channels: channels)
        // What is for more than two ears becomes one.
        return channelCount <= 2 ? sound : sound.mono
    }

    private func sample(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Float {
        func load<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
            Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        switch (isFloat, bits) {
        case (false, 8): return (Float(bytes[offset]) - 128) / 128
        case (false, 16): return Float(load(Int16.self)) / 32_768
        case (false, 24):
            let value = UInt32(bytes[offset]) << 8 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 24
            return Float(Int32(bitPattern: value) >> 8) / 8_388_608
        case (false, _): return Float(load(Int32.self)) / 2_147_483_648
        case (true, 32):
            let value = Float(bitPattern: load(UInt32.self))
            return value.isFinite ? value : 0
        default:
            let value = Float(Double(bitPattern: load(UInt64.self)))
            return value.isFinite ? value : 0
        }
    }
}
