/// What a mouth looks like at one moment: how much of each shape.
package struct MouthPose: Hashable, Sendable {
    /// The weights of all shapes add up to this.
    package static let whole = 1000

    /// In the order of `MouthShape.allCases`.
    private var weights: [Int]

    package init(_ shape: MouthShape, weight: Int = 100) {
        weights = [Int](repeating: 0, count: MouthShape.allCases.count)
        weights[shape.place] = weight * 10
        weights[MouthShape.rest.place] += Self.whole - weight * 10
    }

    /// In thousandths.
    package subscript(shape: MouthShape) -> Int { weights[shape.place] }

    /// The shape that shows most, for mouths that are drawn one by one; of equals the one that is named first.
    package var dominant: MouthShape {
        MouthShape.allCases.max { (weights[$0.place], $1.place) < (weights[$1.place], $0.place) } ?? .rest
    }

    /// How far the lips are apart, in thousandths of the widest.
    package var openness: Int { MouthShape.allCases.reduce(0) { $0 + self[$1] * $1.openness } / 100 }

    /// Whether the lips are seen pressed together.
    package var isClosed: Bool { self[.closed] >= 900 }

    /// Some thousandths of the way to another.
    func moved(to next: MouthPose, part: Int) -> MouthPose {
        var pose = self
        for place in weights.indices {
            pose.weights[place] += (next.weights[place] - weights[place]) * part / Self.whole
        }
        // What was lost by rounding goes where most is.
        pose.weights[pose.dominant.place] += Self.whole - pose.weights.reduce(0, +)
        return pose
    }
}

extension MouthShape {
    fileprivate var place: Int {
        switch self {
        case .closed: 0
        case .teeth: 1
        case .open: 2
        case .wide: 3
        case .rounded: 4
        case .puckered: 5
        case .lip: 6
        case .tongue: 7
        case .rest: 8
        }
    }
}
