package import Drawing

/// How a host looks at one moment: a plain value.
///
/// What goes from -1 to 1 is 0 in the middle, and from the viewer's side: to the right is more, as is down.
package struct PuppetPose: Hashable, Sendable {
    /// One eyebrow; each from 0 to 1, and they add up.
    package struct Brow: Hashable, Sendable {
        /// Raised as a whole.
        package var up = 0.0
        /// Drawn down, with the inner end lowest.
        package var down = 0.0
        /// Only the inner end raised.
        package var worry = 0.0

        package init(up: Double = 0, down: Double = 0, worry: Double = 0) {
            self.up = up
            self.down = down
            self.worry = worry
        }
    }

    package var mouth = MouthPose()
    /// Corners of the mouth: -1 down, 1 up.
    package var smile = 0.0
    /// One corner of the mouth more than the other: -1 the left one, 1 the right one.
    package var smirk = 0.0
    /// How far lids are closed: 0 to 1.
    package var lids = 0.0
    /// How wide eyes are torn open: 0 to 1.
    package var wide = 0.0
    /// How far lower lids are up, as in a laugh: 0 to 1.
    package var squint = 0.0
    /// Where the eyes look: -1 to 1 both ways.
    package var gaze = Point.zero
    package var leftBrow = Brow()
    package var rightBrow = Brow()
    /// Of the head, each from -1 to 1.
    package var turn = 0.0
    package var tilt = 0.0
    package var nod = 0.0
    /// Of the body to a side: -1 to 1.
    package var sway = 0.0
    /// How much air is in the lungs: 0 to 1.
    package var breath = 0.0
    /// How far shoulders are up: 0 to 1.
    package var shoulders = 0.0

    package init() {}

    /// As one looks in a mood and a state, without any motion.
    package init(mood: PuppetMood, state: PuppetState = .speaking, mouth: MouthPose = MouthPose()) {
        add(.of(mood), 1)
        add(.of(state), 1)
        self.mouth = mouth
    }

    /// Numbers that add up, in a fixed order; all but the mouth.
    static let numbers: [any WritableKeyPath<PuppetPose, Double> & Sendable] = [
        \.smile, \.smirk, \.lids, \.wide, \.squint, \.gaze.x, \.gaze.y, \.turn, \.tilt, \.nod, \.sway, \.breath,
        \.shoulders,
        \.leftBrow.up, \.leftBrow.down, \.leftBrow.worry, \.rightBrow.up, \.rightBrow.down, \.rightBrow.worry,
    ]

    /// Adds a share of another pose; its mouth shape does not count.
    mutating func add(_ other: PuppetPose, _ share: Double) {
        for number in PuppetPose.numbers { self[keyPath: number] += other[keyPath: number] * share }
    }

    /// The pose at a share of the way to another one.
    package func mixed(with other: PuppetPose, _ share: Double) -> PuppetPose {
        var made = self
        made.mouth = mouth.mixed(with: other.mouth, share)
        for number in PuppetPose.numbers {
            made[keyPath: number] += (other[keyPath: number] - self[keyPath: number]) * share
        }
        return made
    }

    /// The pose with every number where it belongs.
    package var bounded: PuppetPose {
        var made = self
        let shares: [WritableKeyPath<PuppetPose, Double>] = [
            \.lids, \.wide, \.squint, \.breath, \.shoulders, \.leftBrow.up, \.leftBrow.down, \.leftBrow.worry,
            \.rightBrow.up, \.rightBrow.down, \.rightBrow.worry,
        ]
        for number in PuppetPose.numbers {
            let value = made[keyPath: number]
            made[keyPath: number] = value.isFinite ? min(max(shares.contains(number) ? 0 : -1, value), 1) : 0
        }
        return made
    }
}
