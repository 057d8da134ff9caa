extension PCM {
    /// What is left of a sound without the silence around it.
    package struct Trimmed: Hashable, Sendable {
        package let sound: PCM
        /// How much was taken from its begin, in seconds.
        package let start: Double
    }

    /// Softer blocks are silence, in dB below full scale.
    private static let silenceLevel = -55.0
    private static let blockSeconds = 0.005

    /// Takes silence from both ends.
    ///
    /// - Parameters:
    ///   - leading: how much of it stays before the first sound, in seconds.
    ///   - trailing: how much stays behind the last.
    /// - Returns: the sound with soft edges; nothing of one that is all silence.
    package func trimmed(leading: Double = 0.010, trailing: Double = 0.040) -> Trimmed {
        let block = max(1, Int(Double(sampleRate) * PCM.blockSeconds))
        let threshold = Float(Decibels.amplitude(PCM.silenceLevel))
        let loud = stride(from: 0, to: frameCount, by: block).filter { start in
            let end = min(start + block, frameCount)
            return channels.contains { channel in
                var sum: Float = 0
                for index in start..<end { sum += channel[index] * channel[index] }
                return sum > threshold * threshold * Float(end - start)
            }
        }
        guard let first = loud.first, let last = loud.last else { return Trimmed(sound: self[0..<0], start: 0) }
        let start = max(0, first - Int(leading * Double(sampleRate)))
        let end = min(frameCount, last + block + Int(trailing * Double(sampleRate)))
        return Trimmed(sound: self[start..<end].withSoftEdges, start: Double(start) / Double(sampleRate))
    }

    /// Faded in and out over 2 ms, so that nothing clicks.
    private var withSoftEdges: PCM {
        var sound = self
        let length = min(sampleRate / 500, frameCount / 2)
        sound.withSamples { _, samples in
            for index in 0..<length {
                let factor = Float(index) / Float(length)
                samples[index] *= factor
                samples[samples.count - 1 - index] *= factor
            }
        }
        return sound
    }
}
