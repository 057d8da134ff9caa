import Drawing

/// What the boxes of a scene are worked out from.
struct ScenePlan {
    let scene: Scene
    let frame: Box
    let safe: Box
    let base: Double
    let gap: Double

    // Heights in shares of the base; the widest letters that a theme may have fit in.
    static let headerShare = 0.056
    static let tickerShare = 0.062
    static let stripShare = 0.146
    static let callInShare = 0.25
    static let clockWidthShare = 0.26

    var hasHeadline: Bool { scene.headline.map { !$0.isBlank } ?? false }
    var hasCaptions: Bool { scene.captions != nil }
    var hasLowerThird: Bool { scene.lowerThird != nil }
    var hasCallIn: Bool { scene.callIn != nil }

    /// The station's name at the left and the clock at the right.
    func header(in row: Box, to boxes: inout [SceneElement: Box]) {
        var row = row
        if scene.hasClock {
            boxes[.clock] = row.cutRight(min(base * ScenePlan.clockWidthShare, row.width / 3), gap: gap)
        }
        boxes[.station] = row
    }

    /// Two slots of the same width, as whole pixels allow.
    func halves(of box: Box) -> (left: Box, right: Box) {
        var rest = box
        let left = rest.cutLeft((box.width - gap) / 2, gap: gap)
        return (left, rest)
    }
}
