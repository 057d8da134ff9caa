import Drawing

/// A canvas to draw on for a moment, kept for the next time.
final class ScratchCanvas {
    private var kept: Canvas?

    /// An empty canvas of at least some size.
    func canvas(width: Double, height: Double) throws(DrawingError) -> Canvas {
        let (width, height) = (Int(width.rounded(.up)) + 1, Int(height.rounded(.up)) + 1)
        if let kept, kept.width >= width, kept.height >= height {
            kept.clear()
            return kept
        }
        // A little more, as mouths and eyes open wider.
        let made = try Canvas(width: max(width + 16, kept?.width ?? 0), height: max(height + 16, kept?.height ?? 0))
        kept = made
        return made
    }
}
