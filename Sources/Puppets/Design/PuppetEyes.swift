import Drawing

/// The left eye, as a viewer sees it; the right one is its mirror image.
package struct PuppetEyes: Hashable, Sendable {
    /// How the lids stand; every key has the same points, from left to right.
    struct Key: Hashable, Sendable {
        /// The edge of the upper lid, from left to right.
        var upper: [Point]
        /// The edge of the lower lid, from left to right.
        var lower: [Point]
        /// The upper side of the lashes, along `upper`.
        var lashes: [Point]
        /// The fold above the lid.
        var crease: [Point]

        static let pointCount = 7

        init(_ reader: DesignReader) throws(PuppetDesignError) {
            _ = try reader.members(["upper", "lower", "lashes", "crease"])
            let count = Key.pointCount...Key.pointCount
            upper = try reader.at("upper").points(count)
            lower = try reader.at("lower").points(count)
            lashes = try reader.at("lashes").points(count)
            crease = try reader.at("crease").points(count)
        }

        /// Goes a share of the way from one key to another one.
        mutating func add(_ other: Key, from rest: Key, _ share: Double) {
            guard share != 0 else { return }
            upper.add(other.upper, from: rest.upper, share)
            lower.add(other.lower, from: rest.lower, share)
            lashes.add(other.lashes, from: rest.lashes, share)
            crease.add(other.crease, from: rest.crease, share)
        }
    }

    static let paintNames = [
        "white", "whiteShade", "iris", "irisEdge", "irisGlow", "pupil", "light", "lid", "line", "under",
    ]

    let feature: PuppetFeature
    let open: Key
    let closed: Key
    let wide: Key
    let squint: Key
    /// Of the iris when the eye looks ahead, with its radius and the pupil's.
    let iris: Point
    let irisRadius: Double
    let pupilRadius: Double
    /// How far it goes to the side and up.
    let travel: Point
    let paints: [String: PuppetPaint]

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(
            PuppetFeature.fields.union(["keys", "iris", "irisRadius", "pupilRadius", "travel", "paints"])
        )
        feature = try PuppetFeature(reader)
        let keys = reader.at("keys")
        _ = try keys.members(["open", "closed", "wide", "squint"])
        open = try Key(keys.at("open"))
        closed = try Key(keys.at("closed"))
        wide = try Key(keys.at("wide"))
        squint = try Key(keys.at("squint"))
        iris = try reader.at("iris").point()
        irisRadius = try reader.at("irisRadius").number(1...200)
        pupilRadius = try reader.at("pupilRadius").number(1...200)
        travel = try reader.at("travel").point()
        paints = try PuppetDesign.paints(reader.at("paints"), PuppetEyes.paintNames)
    }

    /// How the lids stand in a pose.
    func key(lids: Double, wide: Double, squint: Double) -> Key {
        var key = open
        key.add(self.wide, from: open, wide * (1 - lids))
        key.add(self.squint, from: open, squint * (1 - lids))
        key.add(closed, from: open, lids)
        return key
    }
}
