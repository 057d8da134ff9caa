/// What a mouth does while something is said.
///
/// A keyframe's shape stands in full from its start. The way to it, where it takes any time, lies before that: what has to
/// be closed at a moment is closed then.
package struct VisemeTrack: Hashable, Sendable {
    package static let keyframesMax = 65_536

    /// The first at 0, each later than the one before, the last at rest.
    package let keyframes: [Keyframe]

    /// Nothing is said.
    package static let still = VisemeTrack(checked: [Keyframe(start: 0, shape: .rest)])

    /// When the mouth has come to rest, in samples.
    package var end: Int { keyframes.last?.start ?? 0 }

    /// - Parameter keyframes: as they are to be shown.
    /// - Throws: `VisemeError.badTrack`, which names the first that is out of order, or says what is missing.
    package init(_ keyframes: [Keyframe]) throws(VisemeError) {
        guard keyframes.count <= Self.keyframesMax else {
            throw .badTrack("there are \(keyframes.count) keyframes, and \(Self.keyframesMax) are the most")
        }
        guard keyframes.first?.start == 0 else { throw .badTrack("the first keyframe is not at 0") }
        for (place, frame) in keyframes.enumerated() {
            guard place == 0 || frame.start > keyframes[place - 1].start else {
                throw .badTrack("keyframe \(place) is not later than the one before")
            }
            guard (1...100).contains(frame.weight) else {
                throw .badTrack("keyframe \(place) has a weight of \(frame.weight), and not of 1 to 100 per cent")
            }
        }
        guard let last = keyframes.last, last.shape == .rest else {
            throw .badTrack("the last keyframe is not at rest")
        }
        guard last.start <= MouthTime.max else { throw .badTrack("it is longer than \(MouthTime.max) samples") }
        self.keyframes = keyframes
    }

    /// - Parameter checked: in order, and at rest in the end.
    init(checked: [Keyframe]) { keyframes = checked }

    /// What the mouth looks like at a moment, in samples; before the start as at the start, after the end at rest.
    package func pose(at moment: Int) -> MouthPose {
        let place = place(at: moment)
        let current = keyframes[place]
        let pose = MouthPose(current.shape, weight: current.weight)
        guard place + 1 < keyframes.count else { return pose }
        let next = keyframes[place + 1]
        let length = way(from: current, to: next)
        let gone = moment - (next.start - length)
        guard length > 0, gone > 0 else { return pose }
        let target = MouthPose(next.shape, weight: next.weight)
        let part = gone * MouthPose.whole / length
        guard let between = current.shape.between(next.shape) else { return pose.moved(to: target, part: part) }
        let middle = MouthPose(between, weight: (current.weight + next.weight) / 2)
        return part < MouthPose.whole / 2
            ? pose.moved(to: middle, part: part * 2) : middle.moved(to: target, part: part * 2 - MouthPose.whole)
    }

    /// How long before the next shape the mouth sets out for it.
    ///
    /// It pops open at once. Half of a shape's time, and 40 to 80 ms, go by while it closes, or while it turns round; of a
    /// shape under 80 ms it is half, so that it is seen at all.
    private func way(from current: Keyframe, to next: Keyframe) -> Int {
        let isClosing = next.shape.openness * next.weight < current.shape.openness * current.weight
        guard isClosing || current.shape.between(next.shape) != nil else { return 0 }
        return min((next.start - current.start) / 2, MouthTime.milliseconds(80))
    }

    /// The last keyframe that has begun, by halving.
    private func place(at moment: Int) -> Int {
        var (low, high) = (0, keyframes.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if keyframes[middle].start <= moment { low = middle } else { high = middle }
        }
        return low
    }
}
