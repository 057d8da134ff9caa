import Bus
import Sound

/// Frames that make one segment.
package struct BuiltSegment: Hashable, Sendable {
    package var frames: [EncodedFrame]
    /// Its first frame does not go on from the frame before.
    package let isDiscontinuity: Bool
    package let start: InitSegment

    package var samples: Int64 { Int64(frames.count) * EncodedFrame.samples }
}

/// Gathers frames until they last as long as a segment; pure.
///
/// Where the encoder was started anew, or sound is missing, the segment ends early and the next one is a discontinuity. The
/// very first can be shorter, so that there is something to hear sooner after a start. Beside a picture, segments end on
/// its grid, where frames of both end.
package struct SegmentBuilder: Sendable {
    package let framesPerSegment: Int
    private let framesOfFirst: Int
    private let grid: Int64?
    private let samplesMax: Int64
    private var current: BuiltSegment?
    private var hasBuilt = false
    private var last: EncodedFrame?

    /// - Parameters:
    ///   - targetSeconds: the playlist's target duration. The frames that last at least so long are less than half a
    ///     second longer.
    ///   - firstSeconds: how long the very first segment lasts; as long as the others when not given.
    ///   - grid: segments end at multiples of so many samples, and are as long as the target duration lets them be; `nil`
    ///     counts frames.
    package init(targetSeconds: Int, firstSeconds: Double? = nil, grid: Int64? = nil) {
        self.grid = grid
        samplesMax = HLSPlaylist.segmentSamplesMax(targetSeconds: targetSeconds)
        func frames(_ seconds: Double) -> Int {
            Int((AudioFormat.samples(seconds) + EncodedFrame.samples - 1) / EncodedFrame.samples)
        }
        framesPerSegment = frames(Double(targetSeconds))
        framesOfFirst = min(framesPerSegment, frames(firstSeconds ?? Double(targetSeconds)))
    }

    /// Frames that wait for their segment to be complete.
    package var pendingFrames: Int { current?.frames.count ?? 0 }

    /// Takes the next frame.
    ///
    /// - Parameters:
    ///   - frame: later than all before.
    ///   - start: what describes its run.
    /// - Returns: the segments that are complete now, at most two.
    package mutating func append(_ frame: EncodedFrame, _ start: InitSegment) -> [BuiltSegment] {
        var done: [BuiltSegment] = []
        let goesOn = last.map { $0.run == frame.run && $0.end == frame.start } ?? true
        if !goesOn, let current { done.append(current) }
        if !goesOn { current = nil }
        if current == nil {
            current = BuiltSegment(frames: [frame], isDiscontinuity: !goesOn, start: start)
        } else {
            current?.frames.append(frame)
        }
        last = frame
        if let full = current, isFull(full) {
            done.append(full)
            current = nil
        }
        if !done.isEmpty { hasBuilt = true }
        return done
    }

    private func isFull(_ segment: BuiltSegment) -> Bool {
        let wanted = hasBuilt ? framesPerSegment : framesOfFirst
        guard let grid, let end = segment.frames.last?.end else { return segment.frames.count >= wanted }
        let isLast = segment.samples + grid > samplesMax || (!hasBuilt && segment.frames.count + 4 >= wanted)
        // A frame of AAC that lies across the grid, after sound was lost, must not make it too long.
        return end % grid == 0 ? isLast : segment.samples + EncodedFrame.samples > samplesMax
    }

    /// What has been gathered of a segment, when nothing follows.
    package mutating func finish() -> BuiltSegment? { current.take() }
}
