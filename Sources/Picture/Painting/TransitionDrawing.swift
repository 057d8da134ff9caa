import Drawing

/// Mixes the pictures of two scenes.
struct TransitionDrawing {
    let kind: SceneTransition.Kind
    /// 0 to 1.
    let progress: Double
    /// What changes; the rest stays that of the second scene.
    let region: Box

    /// - Parameters:
    ///   - from: the picture of the first scene.
    ///   - to: that of the second.
    ///   - canvas: shows the second already.
    func draw(from: Canvas, to: Canvas, on canvas: Canvas) {
        // Slow at both ends, so that nothing starts or stops with a jerk.
        let eased = progress * progress * (3 - 2 * progress)
        let way = (region.width * eased).rounded()
        switch kind {
        case .cut: break
        case .fade: canvas.clipped(to: .rectangle(region)) { canvas.draw(from, opacity: 1 - progress) }
        case .wipe:
            let rest = Box(region.x + way, region.y, region.width - way, region.height)
            canvas.clipped(to: .rectangle(rest)) { canvas.draw(from) }
        case .slide:
            canvas.clipped(to: .rectangle(region)) {
                canvas.draw(from, at: Point(-way, 0))
                canvas.draw(to, at: Point(region.width - way, 0))
            }
        }
    }
}
