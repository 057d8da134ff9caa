import Bus

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
/// Where the encoder was started anew, or sound is missing, the segment ends early and the next one is a discontinuity.
package struct SegmentBuilder: Sendable {
    package let framesPerSegment: Int
    /// How many make the next segment.
    private var framesWanted: Int
    private var current: BuiltSegment?
    private var last: EncodedFrame?

    /// - Parameters:
    ///   - targetSeconds: the playlist's target duration. The frames that last at least so long are less than half a second
    ///     longer.
    ///   - beginsShort: whether the first segment has half of them, so that there is something to hear sooner.
    package init(targetSeconds: Int, beginsShort: Bool = false) {
        let samples = Int64(targetSeconds * AudioFormat.sampleRate)
        framesPerSegment = Int((samples + EncodedFrame.samples - 1) / EncodedFrame.samples)
        framesWanted = beginsShort ? (framesPerSegment + 1) / 2 : framesPerSegment
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
        if let full = current, full.frames.count >= framesWanted {
            done.append(full)
            current = nil
            framesWanted = framesPerSegment
        }
        return done
    }

    /// What has been gathered of a segment, when nothing follows.
    package mutating func finish() -> BuiltSegment? { current.take() }
}
