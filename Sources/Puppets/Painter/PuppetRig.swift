import Drawing
import Glibc

/// Where joints and what hangs on them stand in one pose.
struct PuppetRig {
    let pose: PuppetPose
    /// How far the mouth is open: 0 to 1.
    let open: Double
    private let joints: [String: PuppetJoint]

    /// How far a head turns to a side, and up or down.
    private static let turnRadians = 0.42
    private static let nodRadians = 0.22

    init(_ design: PuppetDesign, _ pose: PuppetPose, open: Double) {
        (self.pose, self.open, joints) = (pose, open, design.joints)
    }

    private func value(_ channel: PuppetJoint.Channel) -> Double {
        switch channel {
        case .turn: pose.turn
        case .tilt: pose.tilt
        case .nod: pose.nod
        case .sway: pose.sway
        case .breath: pose.breath
        case .shoulders: pose.shoulders
        case .open: open
        }
    }

    /// How a joint's parts are moved, and how far they are turned by that.
    func placement(_ name: String) -> (transform: Transform, radians: Double) {
        var (transform, radians) = (Transform.identity, 0.0)
        var next: String? = name
        while let name = next, let joint = joints[name] {
            let angle = joint.tilt * pose.tilt * .pi / 180
            // In the order of channels: sums of numbers depend on it.
            let by = PuppetJoint.Channel.allCases.reduce(Point.zero) { $0 + (joint.moves[$1] ?? .zero) * value($1) }
            transform = transform.then(.turn(angle, around: joint.at)).then(.move(by))
            radians += angle
            next = joint.parent
        }
        return (transform, radians)
    }

    // MARK: Depth

    /// How much narrower the head looks from the side.
    func narrowing(_ joint: String) -> Double {
        joints[joint]?.hasDepth == true ? cos(pose.turn * PuppetRig.turnRadians) * 0.5 + 0.5 : 1
    }

    /// How far what is so near is moved as the head turns.
    func parallax(_ joint: String, _ depth: Double) -> Point {
        guard joints[joint]?.hasDepth == true else { return .zero }
        return Point(depth * sin(pose.turn * PuppetRig.turnRadians), depth * sin(pose.nod * PuppetRig.nodRadians))
    }

    /// The middle of the head, around which it is round.
    func axis(_ joint: String) -> Double { joints[joint]?.at.x ?? 0 }

    /// Where a point at some depth stands, before its joint is moved.
    func seen(_ point: Point, _ joint: String, _ depth: Double) -> Point {
        let (axis, by) = (axis(joint), parallax(joint, depth))
        return Point(axis + (point.x - axis) * narrowing(joint) + by.x, point.y + by.y)
    }
}
