/// Sound as samples, one row for each channel.
package struct PCM: Hashable, Sendable {
    /// What everything on the air is made of, in samples per second.
    package static let stationRate = 48_000

    /// Samples per second.
    package let sampleRate: Int
    /// Samples of each channel, full scale at ±1; all rows are of one length.
    package private(set) var channels: [[Float]]

    /// - Parameters:
    ///   - sampleRate: samples per second.
    ///   - channels: one row, or two for left and right; of rows of different lengths the shortest counts.
    package init(sampleRate: Int = PCM.stationRate, channels: [[Float]]) {
        precondition(sampleRate > 0 && !channels.isEmpty, "sound has a rate and a channel")
        self.sampleRate = sampleRate
        let count = channels.map(\.count).min() ?? 0
        self.channels = channels.map { $0.count == count ? $0 : Array($0.prefix(count)) }
    }

    package var frameCount: Int { channels[0].count }
    package var channelCount: Int { channels.count }
    package var isEmpty: Bool { frameCount == 0 }
    package var seconds: Double { Double(frameCount) / Double(sampleRate) }

    /// Left and right by turns.
    package var interleaved: [Float] {
        guard channelCount > 1 else { return channels[0] }
        var samples: [Float] = []
        samples.reserveCapacity(frameCount * channelCount)
        for frame in 0..<frameCount { for channel in channels { samples.append(channel[frame]) } }
        return samples
    }

    /// Some of it; frames that lie outside are left out.
    package subscript(frames: Range<Int>) -> PCM {
        PCM(sampleRate: sampleRate, channels: channels.map { Array($0[frames.clamped(to: 0..<frameCount)]) })
    }

    /// All channels in one, each with the same weight.
    package var mono: PCM {
        guard channelCount > 1 else { return self }
        let scale = 1 / Float(channelCount)
        let sum = (0..<frameCount).map { frame in channels.reduce(0) { $0 + $1[frame] } * scale }
        return PCM(sampleRate: sampleRate, channels: [sum])
    }

    /// The same, louder or softer; above 0 dB it gets louder.
    package func amplified(by decibels: Double) -> PCM {
        let factor = Float(Decibels.amplitude(decibels))
        return mapped { $0 * factor }
    }

    func mapped(_ body: (Float) -> Float) -> PCM {
        PCM(sampleRate: sampleRate, channels: channels.map { $0.map(body) })
    }

    mutating func withSamples(_ body: (Int, UnsafeMutableBufferPointer<Float>) -> Void) {
        for index in channels.indices { channels[index].withUnsafeMutableBufferPointer { body(index, $0) } }
    }
}
