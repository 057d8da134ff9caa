/// The one form that audio has inside the station: 32-bit float, two interleaved channels.
package enum AudioFormat {
    /// Frames per second.
    package static let sampleRate = 48_000
    package static let channels = 2
    /// Frames in a block: 20 ms.
    package static let blockFrames = 960
    /// Floats in a block.
    package static let blockSamples = blockFrames * channels
    package static let blockNanoseconds: Int64 = 20_000_000
    package static let bytesPerFrame = channels * MemoryLayout<Float>.size

    /// Frames in a number of milliseconds.
    package static func frames(milliseconds: Int) -> Int { milliseconds * sampleRate / 1000 }
}
