import Drawing
import JSON

/// Where parts hang together: it moves with what it hangs on, and by itself as the pose has it.
package struct PuppetJoint: Hashable, Sendable {
    /// What moves joints; each from -1 to 1 or from 0 to 1.
    enum Channel: String, Hashable, Sendable, CaseIterable {
        case turn
        case tilt
        case nod
        case sway
        case breath
        case shoulders
        /// How far the mouth is open.
        case open
    }

    /// In degrees, with all that it hangs on: layers have room for so much.
    static let tiltMax = 11.0

    let at: Point
    let parent: String?
    /// How far it goes when the channel is at 1, in units.
    let moves: [Channel: Point]
    /// How far it turns around its place when the head is tilted all the way, in degrees.
    let tilt: Double
    /// Whether depth counts: parts of a head move against each other as it turns.
    let hasDepth: Bool

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(["at", "parent", "moves", "tilt", "depth"])
        at = try reader.at("at").point()
        parent = reader.has("parent") ? try reader.at("parent").text() : nil
        tilt = reader.has("tilt") ? try reader.at("tilt").number(-PuppetJoint.tiltMax...PuppetJoint.tiltMax) : 0
        hasDepth = try reader.at("depth").flag()
        var moves: [Channel: Point] = [:]
        if reader.has("moves") {
            let list = reader.at("moves")
            for name in try list.members(Set(Channel.allCases.map(\.rawValue))).keys {
                if let channel = Channel(rawValue: name) { moves[channel] = try list.at(name).point() }
            }
        }
        self.moves = moves
    }

    /// Joints by name, each with what it hangs on, and none on itself.
    static func all(_ reader: DesignReader) throws(PuppetDesignError) -> [String: PuppetJoint] {
        guard let names = reader.value.object?.keys, (1...DesignLimits.jointsMax).contains(names.count) else {
            throw reader.problem("must be an object of 1 to \(DesignLimits.jointsMax) joints")
        }
        var joints: [String: PuppetJoint] = [:]
        for name in names.sorted() { joints[name] = try PuppetJoint(reader.partAt(name)) }
        for (name, joint) in joints.sorted(by: { $0.key < $1.key }) {
            var next = joint.parent
            var (steps, tilt) = (0, abs(joint.tilt))
            while let parent = next {
                guard let above = joints[parent] else {
                    throw reader.partAt(name).at("parent").problem("there is no joint \"\(parent)\"")
                }
                steps += 1
                guard steps <= joints.count else {
                    throw reader.partAt(name).at("parent").problem("hangs on itself")
                }
                tilt += abs(above.tilt)
                next = above.parent
            }
            guard tilt <= tiltMax else {
                throw reader.partAt(name).at("tilt").problem("is more than \(tiltMax) with what it hangs on")
            }
        }
        return joints
    }
}
