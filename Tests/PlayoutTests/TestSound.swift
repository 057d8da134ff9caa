import Foundation
import PlayoutLink
import Sound

@testable import Playout

/// Sounds for tests, as interleaved stereo samples.
enum TestSound {
    /// The same value in every sample.
    static func constant(_ value: Float, frames: Int) -> [Float] { Array(repeating: value, count: frames * 2) }

    /// Silence with a single sample of full height at its first and its last frame.
    static func marked(frames: Int) -> [Float] {
        var samples = constant(0, frames: frames)
        for index in [0, 1, 2 * frames - 2, 2 * frames - 1] { samples[index] = 0.5 }
        return samples
    }

    /// Each frame says where it is: the frame's number, in steps of 1/1,048,576.
    static func numbered(frames: Int) -> [Float] {
        (0..<frames).flatMap { frame in Array(repeating: Float(frame) / 1_048_576, count: 2) }
    }

    static func sine(frequency: Double, peak: Float, frames: Int) -> [Float] {
        let step = 2 * Double.pi * frequency / 48_000
        return (0..<frames).flatMap { frame -> [Float] in
            let value = peak * Float(sin(step * Double(frame)))
            return [value, value]
        }
    }
}

/// A WAV file in a test's folder.
enum WAV {
    static func data(_ samples: [Float], channels: Int = 2, rate: Int = 48_000, isFloat: Bool = true) -> Data {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let size = isFloat ? 4 : 2
        var bytes = Array("RIFF".utf8)
        bytes += number(36 + samples.count * size, 4)
        bytes += Array("WAVEfmt ".utf8)
        for (value, width) in [
            (16, 4), (isFloat ? 3 : 1, 2), (channels, 2), (rate, 4), (rate * channels * size, 4), (channels * size, 2),
            (size * 8, 2),
        ] { bytes += number(value, width) }
        bytes += Array("data".utf8)
        bytes += number(samples.count * size, 4)
        // In one piece: a million samples one by one take seconds.
        if isFloat {
            samples.withUnsafeBytes { bytes.append(contentsOf: $0) }
        } else {
            samples.map { Int16($0 * 32_767) }.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return Data(bytes)
    }

    static func write(_ samples: [Float], to path: String, isFloat: Bool = true) throws {
        try data(samples, isFloat: isFloat).write(to: URL(filePath: path))
    }

    /// The samples of a float file.
    static func read(_ path: String) throws -> [Float] {
        let bytes = try Data(contentsOf: URL(filePath: path)).dropFirst(44)
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

/// A mixer whose buffers a test fills by itself.
struct TestMixer: ~Copyable {
    let parts: MixerParts
    var mixer: Mixer
    private var lastSerial: Int64 = 0
    private let block = UnsafeMutablePointer<Float>.allocate(capacity: AudioFormat.blockSamples)

    /// - Parameter hasBed: whether the station's own bed sounds.
    init(hasBed: Bool = false) {
        parts = MixerParts(bufferCount: 5, bufferFrames: 65_536)
        if hasBed { parts.sounds.generate() }
        mixer = Mixer(parts)
    }

    deinit { block.deallocate() }

    /// Puts sound into a buffer and cues it.
    mutating func play(
        _ samples: [Float],
        in buffer: Int,
        kind: ItemKind = .speech,
        totalFrames: Int? = nil,
        state: ItemBuffer.State = .whole,
        _ change: (inout Cue) -> Void = { _ in }
    ) {
        let frames = samples.count / 2
        parts.buffers[buffer].reset()
        parts.buffers[buffer].ring.write(samples)
        parts.buffers[buffer].totalFrames = totalFrames ?? frames
        parts.buffers[buffer].state = state
        lastSerial += 1
        var cue = Cue(serial: lastSerial, buffer: buffer, kind: kind)
        change(&cue)
        mixer.apply(.cue(cue))
    }

    /// What leaves in so many blocks.
    mutating func render(_ blocks: Int) -> [Float] {
        var samples: [Float] = []
        for _ in 0..<blocks {
            mixer.render(into: block)
            samples += UnsafeBufferPointer(start: block, count: AudioFormat.blockSamples)
        }
        return samples
    }

    /// What was reported since the last time.
    func reports() -> [MixerReport] {
        var reports: [MixerReport] = []
        while let report = parts.reports.take() { reports.append(report) }
        return reports
    }
}

extension SampleRing {
    /// Writes all of it, which has to fit.
    func write(_ samples: [Float]) {
        let count = samples.withUnsafeBufferPointer { samples in
            samples.baseAddress.map { write($0, frames: samples.count / 2) } ?? 0
        }
        precondition(count == samples.count / 2, "the ring is too small for the test")
    }
}

extension [Float] {
    /// The left channel.
    var left: [Float] { stride(from: 0, to: count, by: 2).map { self[$0] } }

    var peak: Float { reduce(0) { Swift.max($0, abs($1)) } }

    var rmsDecibels: Float {
        let squares = reduce(0.0) { $0 + Double($1 * $1) }
        return Float(10 * log10(Swift.max(squares / Double(Swift.max(count, 1)), 1e-12)))
    }

    /// The frames of the left channel that are above a height.
    func frames(above height: Float) -> [Int] { left.enumerated().filter { abs($0.element) > height }.map(\.offset) }
}
