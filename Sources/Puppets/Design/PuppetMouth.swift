import Drawing

/// A mouth as keyed outlines, all with the same number of points, so that any two of them blend.
package struct PuppetMouth: Hashable, Sendable {
    struct Key: Hashable, Sendable {
        /// Both lips: from the left corner over the upper lip to the right corner and back below.
        var outer: [Point]
        /// The opening between them, likewise.
        var inner: [Point]
        var upperTeeth: [Point]
        var lowerTeeth: [Point]
        var tongue: [Point]

        static let lipPoints = 12
        static let insidePoints = 6
        init(_ reader: DesignReader) throws(PuppetDesignError) {
            _ = try reader.members(["outer", "inner", "upperTeeth", "lowerTeeth", "tongue"])
            outer = try reader.at("outer").points(Key.lipPoints...Key.lipPoints)
            inner = try reader.at("inner").points(Key.lipPoints...Key.lipPoints)
            upperTeeth = try reader.at("upperTeeth").points(Key.insidePoints...Key.insidePoints)
            lowerTeeth = try reader.at("lowerTeeth").points(Key.insidePoints...Key.insidePoints)
            tongue = try reader.at("tongue").points(Key.insidePoints...Key.insidePoints)
        }

        /// How far the opening is open in its middle, in the feature's own units.
        var openness: Double { max(0, inner[9].y - inner[3].y) }
    }

    /// How far the points of the lips go when corners are up or down.
    struct Bend: Hashable, Sendable {
        let outer: [Point]
        let inner: [Point]

        init(_ reader: DesignReader) throws(PuppetDesignError) {
            _ = try reader.members(["outer", "inner"])
            outer = try reader.at("outer").points(Key.lipPoints...Key.lipPoints)
            inner = try reader.at("inner").points(Key.lipPoints...Key.lipPoints)
        }
    }

    static let paintNames = [
        "upperLip", "lowerLip", "line", "gloss", "inside", "teeth", "teethShade", "tongue", "shade",
    ]

    let feature: PuppetFeature
    /// By the numbers of the shapes.
    let shapes: [Key]
    let smile: Bend
    let frown: Bend
    let paints: [String: PuppetPaint]

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(PuppetFeature.fields.union(["shapes", "smile", "frown", "paints"]))
        feature = try PuppetFeature(reader)
        let list = reader.at("shapes")
        _ = try list.members(Set(MouthPose.Shape.allCases.map(\.letter)))
        var shapes: [Key] = []
        for shape in MouthPose.Shape.allCases { shapes.append(try Key(list.at(shape.letter))) }
        self.shapes = shapes
        smile = try Bend(reader.at("smile"))
        frown = try Bend(reader.at("frown"))
        paints = try PuppetDesign.paints(reader.at("paints"), PuppetMouth.paintNames)
    }

    /// The mouth in a pose.
    func key(_ pose: PuppetPose) -> Key {
        var key = blended(pose.mouth)
        // An open mouth has less skin left to bend.
        let room = 1 - 0.45 * openness(key)
        let middle = key.outer[0].mixed(with: key.outer[6], 0.5).x
        func bend(_ points: inout [Point], _ up: [Point], _ down: [Point]) {
            for index in points.indices {
                let side = points[index].x < middle ? -1.0 : 1.0
                let bend = min(max(-1, pose.smile + max(0, side * pose.smirk)), 1)
                points[index] = points[index] + (bend > 0 ? up[index] * bend : down[index] * -bend) * room
            }
        }
        bend(&key.outer, smile.outer, frown.outer)
        bend(&key.inner, smile.inner, frown.inner)
        return key
    }

    private func blended(_ mouth: MouthPose) -> Key {
        let seen = MouthPose.Shape.allCases.filter { mouth[$0] > 0 }
        var key = shapes[(seen.first ?? .x).rawValue]
        guard seen.count > 1 else { return key }
        let rest = key
        for shape in seen.dropFirst() {
            let (other, weight) = (shapes[shape.rawValue], mouth[shape])
            key.outer.add(other.outer, from: rest.outer, weight)
            key.inner.add(other.inner, from: rest.inner, weight)
            key.upperTeeth.add(other.upperTeeth, from: rest.upperTeeth, weight)
            key.lowerTeeth.add(other.lowerTeeth, from: rest.lowerTeeth, weight)
            key.tongue.add(other.tongue, from: rest.tongue, weight)
        }
        return key
    }

    /// How far a mouth is open: 0 to 1, where 1 is shape D.
    func openness(_ key: Key) -> Double {
        let most = shapes[MouthPose.Shape.d.rawValue].openness
        return most > 0 ? min(1, key.openness / most) : 0
    }
}
