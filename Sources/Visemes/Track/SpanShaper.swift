/// Makes a track of spans that a mouth could not follow as they are.
///
/// First what everybody reads from lips gets its time, then shapes that collide within the least time are joined, and last
/// everything is shown a little early.
struct SpanShaper: Sendable {
    /// Shapes that stand for less flicker: 70 ms.
    static let least = MouthTime.milliseconds(70)
    /// What is shorter than this is not worth its neighbours' time: one frame.
    private static let worthwhile = MouthTime.frame
    /// How much earlier shapes are shown than they are heard: that is tolerated, and the other way is not.
    private static let lead = MouthTime.frame

    private var spans: [ShapeSpan]

    /// - Parameter spans: in order; each begins where the one before ends, and the first at 0.
    /// - Returns: a track that is at rest when the last has ended.
    /// - Throws: `VisemeError.badTrack` when it gets too long.
    static func track(_ spans: [ShapeSpan]) throws(VisemeError) -> VisemeTrack {
        var shaper = SpanShaper(spans: joined(spans))
        shaper.growTelling()
        shaper.joinShort()
        return try shaper.shownEarly()
    }

    /// Equal neighbours as one, and none without a length.
    static func joined(_ spans: [ShapeSpan]) -> [ShapeSpan] {
        var result: [ShapeSpan] = []
        for span in spans where span.length > 0 { append(span, to: &result) }
        return result
    }

    private static func append(_ span: ShapeSpan, to result: inout [ShapeSpan]) {
        if let last = result.indices.last, result[last].shape == span.shape, result[last].weight == span.weight {
            result[last].end = span.end
        } else {
            result.append(span)
        }
    }

    /// Gives lips that are read the least time: from what stands before, since the release is heard, and only else from
    /// what follows.
    private mutating func growTelling() {
        for place in spans.indices where spans[place].shape.isTelling {
            var before = place - 1
            while spans[place].length < Self.least, before >= 0 {
                let amount = min(Self.least - spans[place].length, given(by: before))
                spans[before].end -= amount
                spans[place].start -= amount
                guard spans[before].length == 0 else { break }
                before -= 1
            }
            let after = min(Self.least - spans[place].length, given(by: place + 1))
            if after > 0 {
                spans[place].end += after
                spans[place + 1].start += after
            }
        }
        spans.removeAll { $0.length <= 0 }
    }

    /// What a neighbour can give to lips that are read: everything, or what it has above the least if it is read itself.
    private func given(by place: Int) -> Int {
        guard spans.indices.contains(place) else { return 0 }
        return max(0, spans[place].shape.isTelling ? spans[place].length - Self.least : spans[place].length)
    }

    /// Joins what is shorter than the least with what it collides with.
    private mutating func joinShort() {
        var result: [ShapeSpan] = []
        var place = 0
        while place < spans.count {
            guard isShort(place) else {
                Self.append(spans[place], to: &result)
                place += 1
                continue
            }
            var group: [ShapeSpan] = []
            var length = 0
            while place < spans.count, isShort(place), length < Self.least {
                group.append(spans[place])
                length += spans[place].length
                place += 1
            }
            settle(Self.winner(group), before: place, &result)
        }
        spans = result
    }

    private func isShort(_ place: Int) -> Bool { !spans[place].shape.isTelling && spans[place].length < Self.least }

    /// The shape with the longest share of a group, for the whole time of it.
    private static func winner(_ group: [ShapeSpan]) -> ShapeSpan {
        var best = group[0]
        var bestShare = 0
        for span in group {
            let share = group.reduce(0) { $0 + ($1.shape == span.shape ? $1.length : 0) }
            if share > bestShare { (best, bestShare) = (span, share) }
        }
        return ShapeSpan(
            start: group[0].start,
            end: group.last?.end ?? best.end,
            shape: best.shape,
            weight: best.weight
        )
    }

    /// Puts a group's winner at its place: as it is when it is long enough, or with time that its neighbours can spare; else
    /// a neighbour gets its time.
    private mutating func settle(_ winner: ShapeSpan, before next: Int, _ result: inout [ShapeSpan]) {
        var span = winner
        let last = result.indices.last
        if span.length < Self.least {
            let need = Self.least - span.length
            let before = min(need, last.map { spare(result[$0]) } ?? 0)
            let after = min(need - before, next < spans.count ? spare(spans[next]) : 0)
            guard span.length >= Self.worthwhile, before + after == need else {
                return giveAway(span, to: last, or: next, &result)
            }
            span.start -= before
            span.end += after
            if let last { result[last].end = span.start }
            if next < spans.count { spans[next].start = span.end }
        }
        Self.append(span, to: &result)
    }

    private func spare(_ span: ShapeSpan) -> Int { span.shape.isTelling ? 0 : max(0, span.length - Self.least) }

    /// The mouth holds the shape before, unless that is read from lips: then it comes early to the one that follows.
    private mutating func giveAway(_ span: ShapeSpan, to last: Int?, or next: Int, _ result: inout [ShapeSpan]) {
        if let last, !result[last].shape.isTelling || next >= spans.count {
            result[last].end = span.end
        } else if next < spans.count {
            spans[next].start = span.start
        } else {
            result.append(span)
        }
    }

    /// Moves starts forward by up to a frame, and nothing below the least.
    ///
    /// Lips that are read open when they are heard to, and a mouth rests when nothing is heard any more.
    private func shownEarly() throws(VisemeError) -> VisemeTrack {
        var frames: [Keyframe] = []
        for (place, span) in spans.enumerated() {
            var start = span.start
            if place > 0, !spans[place - 1].shape.isTelling, span.shape != .rest {
                start = min(start, max(start - Self.lead, frames[place - 1].start + Self.least))
            }
            frames.append(Keyframe(start: start, shape: span.shape, weight: span.weight))
        }
        guard let last = spans.last else { return .still }
        if last.shape == .rest { frames.removeLast() }
        let start = last.shape == .rest ? frames.isEmpty ? 0 : last.start : last.end
        return try VisemeTrack(frames + [Keyframe(start: start, shape: .rest)])
    }
}
