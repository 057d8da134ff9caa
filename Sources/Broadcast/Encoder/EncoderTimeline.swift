/// Which sample of the programme a frame is, over all lives of the encoder; pure.
///
/// AAC's frames overlap: what an encoder says with its frame n is heard only together with frame n-1, and the first
/// frame is about nothing (priming). So a new encoder is fed from two frames before the first one that is wanted, on
/// the same grid of 1024 samples, and what it makes of those is left out. Its frames then join the old ones as if
/// nothing had happened.
package struct EncoderTimeline: Hashable, Sendable {
    /// The first sample that no published frame holds.
    package private(set) var next: Int64 = 0
    /// Where the present life was fed from.
    package private(set) var fedFrom: Int64 = 0
    /// Which life this is, counted from 1.
    package private(set) var run = 0
    /// Samples that no frame will hold, because they were gone before an encoder was there.
    package private(set) var lostSamples: Int64 = 0

    package init() {}

    /// Begins a life.
    ///
    /// - Parameter oldest: the first sample that can still be fed.
    /// - Returns: the sample to feed from.
    package mutating func begin(oldest: Int64) -> Int64 {
        run += 1
        let frame = EncodedFrame.samples
        if oldest > next {
            let missing = (oldest - next + frame - 1) / frame * frame
            lostSamples += missing
            next += missing
        }
        fedFrom = [2, 1].map { next - $0 * frame }.first { $0 >= oldest } ?? next
        return fedFrom
    }

    /// Takes a frame of the present life.
    ///
    /// - Parameter decodeTime: as the encoder counts, from 0.
    /// - Returns: the first sample that it holds; `nil` when it is to be left out.
    package mutating func take(decodeTime: UInt64) -> Int64? {
        let start = fedFrom - EncodedFrame.samples + Int64(clamping: decodeTime)
        guard start >= next else { return nil }
        next = start + EncodedFrame.samples
        return start
    }
}
