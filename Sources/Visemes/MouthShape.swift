/// What a mouth looks like for a while: the nine shapes that cartoons are spoken with.
package enum MouthShape: String, CaseIterable, Hashable, Sendable {
    /// Lips pressed together, as for p, b and m.
    case closed = "A"
    /// A little open, the teeth together, as for s, t and ee.
    case teeth = "B"
    /// Open, as in "bed".
    case open = "C"
    /// Wide open, as in "father".
    case wide = "D"
    /// A little rounded, as in "law" and "bird".
    case rounded = "E"
    /// Puckered, as in "you" and "way".
    case puckered = "F"
    /// The lower lip under the upper teeth, as for f and v.
    case lip = "G"
    /// The tongue up behind the teeth, as for a long l.
    case tongue = "H"
    /// At rest: the lips touch and are not pressed.
    case rest = "X"

    /// How far the lips are apart, in per cent of the widest.
    package var openness: Int {
        switch self {
        case .closed, .rest: 0
        case .lip: 10
        case .teeth: 20
        case .puckered: 25
        case .tongue: 45
        case .rounded: 50
        case .open: 60
        case .wide: 100
        }
    }

    /// Whether it shows a sound that everybody reads from lips: it is never left out, however short it is.
    package var isTelling: Bool { self == .closed || self == .lip }

    /// What stands in for it where only the six shapes from A to F are drawn, and rest with them.
    package var basic: MouthShape {
        switch self {
        case .lip: .closed
        case .tongue: .open
        default: self
        }
    }

    /// Half as far open, for a short pause: the mouth does not snap shut between two phrases.
    var relaxed: MouthShape {
        switch self {
        case .wide: .open
        case .open, .teeth, .tongue: .teeth
        case .rounded, .puckered: .puckered
        case .closed, .lip, .rest: .rest
        }
    }

    /// What is passed through on the way to another shape; `nil` when there is a straight way.
    func between(_ next: MouthShape) -> MouthShape? {
        switch (self, next) {
        case (.wide, .closed), (.wide, .teeth), (.wide, .lip), (.wide, .rest): .open
        case (.open, .puckered), (.wide, .puckered), (.tongue, .puckered): .rounded
        case (.puckered, .open), (.puckered, .wide), (.puckered, .tongue): .rounded
        default: nil
        }
    }
}
