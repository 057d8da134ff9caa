package import Drawing

/// Where each element of a scene stands in a picture of some size.
///
/// No two overlap, all lie on whole pixels, and all keep 5 % of the picture's width and height free at each side.
package struct SceneBoxes: Hashable, Sendable {
    package let frame: Box
    /// Where text may stand.
    package let safe: Box
    /// What sizes of letters and spaces are shares of: the height of a wide picture of this size.
    package let base: Double
    /// What is not for text at each side of captions, and at the right of the lower third: platforms cover it.
    package let textInset: Double
    package let boxes: [SceneElement: Box]

    /// Of each side.
    package static let safeShare = 0.05

    /// - Parameters:
    ///   - scene: whose elements are placed; those without content take no room.
    ///   - width: of the picture in pixels.
    ///   - height: of the picture in pixels.
    ///   - spacing: of the theme.
    package init(_ scene: Scene, width: Int, height: Int, spacing: Theme.Spacing) {
        let (wide, high) = (Double(width), Double(height))
        frame = Box(0, 0, wide, high)
        let (edgeX, edgeY) = ((wide * SceneBoxes.safeShare).rounded(.up), (high * SceneBoxes.safeShare).rounded(.up))
        safe = frame.inset(edgeX, edgeY)
        // Letters on a telephone held upright are larger in relation to its width.
        base = width < height ? min(wide * 1.15, high * 0.65) : min(high, wide * 9 / 16)
        let plan = ScenePlan(scene: scene, frame: frame, safe: safe, base: base, gap: (base * spacing.gap).rounded())
        textInset = width < height ? plan.coveredRight : 0
        boxes = width < height ? plan.upright() : plan.wide()
    }

    package subscript(_ element: SceneElement) -> Box? { boxes[element] }

    /// Between what stands at the top and what stands at the bottom all the time: what changes with the scene.
    package var stage: Box {
        let top = max(boxes[.station]?.bottom ?? 0, boxes[.clock]?.bottom ?? 0)
        let bottom = boxes[.ticker]?.y ?? frame.height
        return Box(0, top, frame.width, max(0, bottom - top))
    }
}
