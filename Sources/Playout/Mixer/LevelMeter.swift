import Glibc

/// Measures what leaves, one second at a time.
struct LevelMeter {
    /// −60 dBFS.
    static let silencePeak: Float = 0.001
    static let secondBlocks = 50

    private var squares = 0.0
    private var peak: Float = 0
    private var blocks = 0
    private(set) var silentFrames: Int64 = 0

    /// - Returns: the figures of the second that this block ends, or `nil` when it ends none.
    mutating func measure(_ samples: UnsafePointer<Float>, frames: Int) -> LevelFigures? {
        var blockSquares: Float = 0
        var blockPeak: Float = 0
        for index in 0..<frames * 2 {
            let sample = samples[index]
            blockSquares += sample * sample
            blockPeak = max(blockPeak, abs(sample))
        }
        squares += Double(blockSquares)
        peak = max(peak, blockPeak)
        silentFrames = blockPeak > LevelMeter.silencePeak ? 0 : silentFrames + Int64(frames)
        blocks += 1
        guard blocks == LevelMeter.secondBlocks else { return nil }
        let samplesInSecond = Double(LevelMeter.secondBlocks * frames * 2)
        defer { (squares, peak, blocks) = (0, 0, 0) }
        return LevelFigures(
            rms: Float((squares / samplesInSecond).squareRoot()),
            peak: peak,
            silentFrames: silentFrames
        )
    }
}
