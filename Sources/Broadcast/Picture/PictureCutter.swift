/// The picture of one segment of sound.
package enum PictureCut: Hashable, Sendable {
    /// These frames, the first of which depends on none before it, and none of which is missing.
    case frames([VideoFrame], VideoStart)
    /// There is none.
    case gap
    /// More has to come first.
    case wait
}

/// Gathers frames and gives to each segment of sound those that are seen with it; pure.
///
/// A segment of picture goes from the first frame at its begin or after it that depends on none, to the first such frame
/// at its end or after it. On the grid of both that is exactly the segment of sound; where sound's encoder was started
/// anew it is up to a second later, and still no frame is missing between two segments.
package struct PictureCutter: Sendable {
    private var frames: [(frame: VideoFrame, start: VideoStart)] = []

    /// A minute of picture waits at most; nobody asks for it that late.
    private static let framesMax = 60 * PictureClock.framesPerSecond

    package init() {}

    package mutating func append(_ new: [VideoFrame], _ start: VideoStart) {
        frames += new.map { ($0, start) }
        frames.removeFirst(max(0, frames.count - PictureCutter.framesMax))
    }

    package var newest: Int64? { frames.last?.frame.number }

    /// Cuts a segment off the front.
    ///
    /// - Parameters:
    ///   - samples: of the sound.
    ///   - isLate: whether nothing more is waited for.
    /// - Returns: its frames; what is cut off is forgotten.
    package mutating func cut(_ samples: Range<Int64>, isLate: Bool) -> PictureCut {
        let from = PictureClock.firstFrame(at: samples.lowerBound)
        let to = PictureClock.firstFrame(at: samples.upperBound)
        frames.removeAll { $0.frame.number < from }
        guard let end = frames.firstIndex(where: { $0.frame.isKey && $0.frame.number >= to }) else {
            return isLate ? .gap : .wait
        }
        guard let begin = frames[..<end].firstIndex(where: { $0.frame.isKey }) else { return .gap }
        let part = frames[begin..<end]
        guard let first = part.first, let last = part.last else { return .gap }
        defer { frames.removeFirst(end) }
        // Up to the next segment, and all described by one start.
        let isWhole =
            last.frame.number + 1 == frames[end].frame.number
            && last.frame.number - first.frame.number + 1 == Int64(part.count)
        guard isWhole, part.allSatisfy({ $0.start == first.start }) else { return .gap }
        return .frames(part.map(\.frame), first.start)
    }
}
