/// How well a track shows what is said, against phones whose times are known.
package struct VisemeMeasure: Hashable, Sendable {
    /// How many p, b and m there are.
    package private(set) var closures = 0
    /// For how many of them a frame shows the lips together.
    package private(set) var closuresShown = 0
    /// How many closed shapes the track has.
    package private(set) var closedShapes = 0
    /// How many of those touch no p, b or m.
    package private(set) var closedShapesWrong = 0
    /// How many changes of shape there should be that a mouth can follow.
    package private(set) var onsets = 0
    /// In milliseconds, for each such change that the track has near its time: how late it is; below 0 it is early.
    package private(set) var onsetErrors: [Double] = []

    /// From 0 to 1; 1 where there are none to be shown.
    package var closuresShownShare: Double { closures == 0 ? 1 : Double(closuresShown) / Double(closures) }
    /// Of early and late alike.
    package var onsetErrorMean: Double {
        onsetErrors.isEmpty ? 0 : onsetErrors.reduce(0) { $0 + abs($1) } / Double(onsetErrors.count)
    }
    package var onsetErrorWorst: Double { onsetErrors.max { abs($0) < abs($1) } ?? 0 }

    /// - Parameters:
    ///   - track: what is measured.
    ///   - phones: what is said.
    ///   - timing: what the times of plosives mean.
    ///   - frameLength: from one frame of video to the next, in samples; a closure that is shorter counts as one frame long.
    /// - Throws: `VisemeError.badInput` for phones that are out of order.
    package init(
        _ track: VisemeTrack,
        phones: [TimedPhone],
        timing: PhoneTiming,
        frameLength: Int = MouthTime.frame
    ) throws(VisemeError) {
        let sounds = try PhoneVisemes.sounds(phones, timing: timing)
        let lips = sounds.filter(\.isLipClosure)
        closures = lips.count
        closuresShown = lips.count { Self.areLipsTogether(in: $0, track, max(frameLength, 1)) }
        let frames = track.keyframes
        for (frame, next) in zip(frames, frames.dropFirst()) where frame.shape == .closed {
            closedShapes += 1
            if !lips.contains(where: { $0.start < next.start && $0.end > frame.start }) { closedShapesWrong += 1 }
        }
        measureOnsets(track, SpanShaper.joined(PhoneVisemes.resolved(sounds)))
    }

    private static func areLipsTogether(in sound: SingleSound, _ track: VisemeTrack, _ frameLength: Int) -> Bool {
        let start = max(0, min(sound.start, sound.end - frameLength))
        let first = (start + frameLength - 1) / frameLength * frameLength
        return stride(from: first, to: sound.end, by: frameLength).contains { moment in
            let pose = track.pose(at: moment)
            return pose[.closed] + pose[.rest] >= 900
        }
    }

    /// A shape that stands since before the last change is held: it has no onset here.
    private mutating func measureOnsets(_ track: VisemeTrack, _ spans: [ShapeSpan]) {
        let frames = track.keyframes
        var (first, last) = (0, -1)
        for span in spans {
            defer { last = span.start }
            guard span.shape.isTelling || span.length >= SpanShaper.least else { continue }
            onsets += 1
            while first < frames.count, frames[first].start <= last { first += 1 }
            let shown = frames[first...].prefix { $0.start < span.end }.filter { $0.shape == span.shape }
            let errors = shown.map { $0.start - span.start }
            if let error = errors.min(by: { abs($0) < abs($1) }) { onsetErrors.append(Double(error) / 48) }
        }
    }
}
