/// The one form in which sound reaches the outputs: Float32, interleaved, at 48 kHz in stereo.
///
/// A "sample" in this module is one moment of the programme, thus a value for each channel.
package enum AudioFormat {
    /// Samples a second.
    package static let sampleRate = 48_000
    package static let channelCount = 2
    /// Samples in one block, 20 ms.
    package static let blockSamples = 960
    static let bytesPerSample = channelCount * MemoryLayout<Float>.size

    static func seconds(_ samples: Int64) -> Double { Double(samples) / Double(sampleRate) }

    static func duration(_ samples: Int64) -> Duration {
        .seconds(samples / Int64(sampleRate))
            + .nanoseconds(samples % Int64(sampleRate) * 1_000_000_000 / Int64(sampleRate))
    }

    static func samples(_ seconds: Double) -> Int64 { Int64((seconds * Double(sampleRate)).rounded()) }
}
