/// What one moment of a voice sounds like.
enum Heard: Hashable, Sendable {
    /// Nothing gets out of the mouth.
    case quiet
    /// A sound that shows as a shape, with its weight in per cent.
    case sound(MouthShape, weight: Int)

    var shape: MouthShape {
        if case .sound(let shape, _) = self { shape } else { .rest }
    }

    var weight: Int {
        if case .sound(_, let weight) = self { weight } else { 100 }
    }

    func sameRun(as other: Heard) -> Bool {
        switch (self, other) {
        case (.quiet, .quiet): true
        case (.sound(let one, _), .sound(let two, _)): one == two
        default: false
        }
    }
}

/// Tells frame by frame what a mouth does, and stays with what it has heard where it is a near thing.
struct Hearing: Sendable {
    private var last = Heard.quiet

    /// How far below the loudest nearby a mouth counts as closed, in decibels.
    private static let dip: Float = 16
    /// How much more it takes to change one's mind.
    private static let margin: Float = 2

    mutating func hear(_ sound: SoundFrames, _ place: Int) -> Heard {
        last = decide(sound, place)
        return last
    }

    private func decide(_ sound: SoundFrames, _ place: Int) -> Heard {
        guard sound.isHeard[place] else { return .quiet }
        let frame = sound.frames[place]
        let peak = sound.peaks[place]
        let isHissing = leaning(.teeth) + max(frame.third, frame.hiss) > max(frame.voice, frame.first, frame.second) + 6
        if isHissing, frame.loudest > peak - 30 { return .sound(.teeth, weight: 100) }
        let border = peak - Self.dip + (last == .quiet ? Self.margin : 0)
        if frame.mouth < border { return .quiet }
        return .sound(vowel(frame), weight: weight(frame.mouth - peak))
    }

    /// By the lowest two resonances of the mouth: the first rises as it opens, and both fall as lips are rounded.
    private func vowel(_ frame: SoundFrames.Frame) -> MouthShape {
        if frame.second + leaning(.wide) > frame.voice - 6 { return .wide }
        if frame.first + leaning(.open) + leaning(.rounded) > frame.voice - 8 {
            return frame.third < frame.first - 24 + leaning(.rounded) ? .rounded : .open
        }
        return frame.third < frame.first - 20 + leaning(.puckered) ? .puckered : .teeth
    }

    private func leaning(_ shape: MouthShape) -> Float { last.shape == shape && last != .quiet ? Self.margin : 0 }

    /// In full when it is as loud as its neighbours, and less when it is softer, in tens of per cent.
    private func weight(_ below: Float) -> Int { min(max(10 + Int(below / 3) + 1, 6), 10) * 10 }
}
