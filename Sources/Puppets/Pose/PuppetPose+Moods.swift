import Drawing

extension PuppetPose {
    /// What a mood adds to a face at rest.
    static func of(_ mood: PuppetMood) -> PuppetPose {
        var pose = PuppetPose()
        switch mood {
        case .neutral: pose.smile = 0.3
        case .happy:
            (pose.smile, pose.squint, pose.tilt) = (0.85, 0.45, 0.15)
            pose.setBrows(Brow(up: 0.25))
        case .excited:
            (pose.smile, pose.wide, pose.nod, pose.shoulders) = (1, 0.65, -0.2, 0.35)
            pose.setBrows(Brow(up: 0.85))
        case .serious:
            (pose.smile, pose.lids, pose.nod) = (-0.15, 0.1, 0.12)
            pose.setBrows(Brow(down: 0.5))
        case .concerned:
            (pose.smile, pose.lids, pose.tilt) = (-0.6, 0.06, -0.25)
            pose.setBrows(Brow(down: 0.1, worry: 0.9))
        case .skeptical:
            (pose.smile, pose.smirk, pose.lids, pose.squint) = (-0.1, 0.55, 0.12, 0.25)
            (pose.turn, pose.tilt) = (-0.28, 0.3)
            (pose.leftBrow, pose.rightBrow) = (Brow(down: 0.7), Brow(up: 0.95))
            pose.gaze = Point(0.22, 0)
        }
        return pose
    }

    /// What a state adds.
    static func of(_ state: PuppetState) -> PuppetPose {
        var pose = PuppetPose()
        switch state {
        case .speaking: break
        case .listening:
            (pose.tilt, pose.nod, pose.turn) = (-0.35, 0.08, 0.16)
            pose.setBrows(Brow(up: 0.18))
        case .thinking:
            (pose.turn, pose.tilt, pose.nod) = (0.3, 0.22, -0.22)
            pose.gaze = Point(0.5, -0.55)
            (pose.leftBrow, pose.rightBrow) = (Brow(up: 0.15, down: 0.2), Brow(up: 0.4))
            (pose.smile, pose.smirk) = (-0.15, -0.25)
        }
        return pose
    }

    private mutating func setBrows(_ brow: Brow) { (leftBrow, rightBrow) = (brow, brow) }
}
