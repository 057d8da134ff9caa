/// How much of each mouth shape there is, as Rhubarb Lip Sync names them; the weights of a mouth sum up to 1.
package struct MouthPose: Hashable, Sendable {
    package enum Shape: Int, Hashable, Sendable, CaseIterable {
        /// Closed, lips pressed: p, b, m.
        case a
        /// Slightly open, teeth together: most consonants, and "ee".
        case b
        /// Open: "e" as in bed.
        case c
        /// Wide open: "a" as in father.
        case d
        /// Slightly rounded: "o" as in off.
        case e
        /// Puckered: "oo", w.
        case f
        /// The lower lip under the upper teeth: f, v.
        case g
        /// The tongue behind the upper teeth: a long l.
        case h
        /// At rest.
        case x

        package var letter: String { String("ABCDEFGHX".utf8.map { Character(UnicodeScalar($0)) }[rawValue]) }
    }

    /// By the shapes' numbers; always nine.
    private var weights: [Double]

    /// One shape alone.
    package init(_ shape: Shape = .x) {
        weights = Shape.allCases.map { $0 == shape ? 1 : 0 }
    }

    /// What is less than nothing counts as nothing; when nothing is left the mouth rests.
    package init(_ weights: [Shape: Double]) {
        self.weights = Shape.allCases.map { shape in
            let weight = weights[shape] ?? 0
            return weight.isFinite ? max(0, weight) : 0
        }
        let sum = self.weights.reduce(0, +)
        self.weights = sum > 0 ? self.weights.map { $0 / sum } : MouthPose().weights
    }

    package subscript(shape: Shape) -> Double { weights[shape.rawValue] }

    /// The mouth at a share of the way to another one.
    package func mixed(with other: MouthPose, _ share: Double) -> MouthPose {
        var made = self
        made.weights = zip(weights, other.weights).map { $0 + ($1 - $0) * share }
        return made
    }
}
