/// A mouth's track from the sounds of English and their times.
package enum PhoneVisemes {
    /// Shorter pauses are not seen: the mouth holds what it has.
    static let holdBelow = MouthTime.milliseconds(120)
    /// In longer pauses the mouth comes to rest; in those between it goes half way.
    static let restAbove = MouthTime.milliseconds(350)
    /// How much of its shape a relaxed mouth keeps, in per cent.
    private static let relaxedWeight = 60

    /// - Parameters:
    ///   - phones: in order; what lies between two is a pause, and where two overlap the later one counts from the end of
    ///     the earlier. A sound that ARPAbet does not have is shown as a mouth that is a little open.
    ///   - timing: what the times of plosives mean.
    /// - Returns: the track, at rest when the last phone has ended.
    /// - Throws: `VisemeError.badInput` for phones that are out of order, too many or too late.
    package static func track(_ phones: [TimedPhone], timing: PhoneTiming) throws(VisemeError) -> VisemeTrack {
        try SpanShaper.track(resolved(sounds(phones, timing: timing)))
    }

    /// The sounds one by one, with closures where they are.
    static func sounds(_ phones: [TimedPhone], timing: PhoneTiming) throws(VisemeError) -> [SingleSound] {
        var sounds = SingleSound.list(try checked(phones))
        if timing == .startAtRelease { SingleSound.moveClosures(&sounds) }
        return sounds
    }

    private static func checked(_ phones: [TimedPhone]) throws(VisemeError) -> [TimedPhone] {
        guard phones.count <= VisemeTrack.keyframesMax / 4 else {
            throw .badInput("there are \(phones.count) phones, and \(VisemeTrack.keyframesMax / 4) are the most")
        }
        var last = 0
        for (place, phone) in phones.enumerated() {
            guard phone.start >= last, phone.end >= phone.start, phone.end <= MouthTime.max else {
                throw .badInput("phone \(place) from \(phone.start) to \(phone.end) is out of order, or too late")
            }
            last = phone.start
        }
        return phones
    }

    /// One span for each part of a sound, before they are joined: chooses among the shapes that would do.
    static func resolved(_ sounds: [SingleSound]) -> [ShapeSpan] {
        let following = following(sounds)
        var spans: [ShapeSpan] = []
        for (place, sound) in sounds.enumerated() {
            if sound.isPause {
                spans.append(pause(sound, after: spans.last))
                continue
            }
            var start = sound.start
            let parts = sound.parts(next: following[place].shapes, vowel: following[place].vowel)
            for (index, part) in parts.enumerated() {
                let end = index == parts.count - 1 ? sound.end : start + sound.length * part.share / 100
                let next = index == parts.count - 1 ? following[place].shapes?.first : nil
                let shape = choice(part.shapes, before: next, after: spans.last?.shape)
                spans.append(ShapeSpan(start: start, end: end, shape: shape))
                start = end
            }
        }
        return spans
    }

    /// A mouth does not move where it need not: the shape of what follows, or of what was before, if that would do.
    private static func choice(_ shapes: [MouthShape], before: MouthShape?, after: MouthShape?) -> MouthShape {
        if let before, shapes.contains(before) { return before }
        if let after, shapes.contains(after) { return after }
        return shapes[0]
    }

    /// For each sound the shapes of the next one, and the next vowel, in the same breath.
    private static func following(_ sounds: [SingleSound]) -> [(shapes: [MouthShape]?, vowel: SingleSound?)] {
        var result = [(shapes: [MouthShape]?, vowel: SingleSound?)](repeating: (nil, nil), count: sounds.count)
        var (shapes, vowel): ([MouthShape]?, SingleSound?) = (nil, nil)
        for place in sounds.indices.reversed() {
            result[place] = (shapes, vowel)
            let sound = sounds[place]
            if PhoneShapes.isVowel(sound.name) { vowel = sound }
            shapes = sound.parts(next: shapes, vowel: vowel).first?.shapes
            if sound.isPause { (shapes, vowel) = (nil, nil) }
        }
        return result
    }

    private static func pause(_ sound: SingleSound, after last: ShapeSpan?) -> ShapeSpan {
        var span = ShapeSpan(start: sound.start, end: sound.end, shape: .rest)
        guard let last, sound.length <= restAbove else { return span }
        let isHeld = sound.length < holdBelow
        span.shape = isHeld ? last.shape : last.shape.relaxed
        if span.shape != .rest { span.weight = isHeld ? last.weight : relaxedWeight }
        return span
    }
}
