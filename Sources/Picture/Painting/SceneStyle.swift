import Drawing

/// A theme in the pixels of a picture.
struct SceneStyle {
    let theme: Theme
    /// What the theme's measures are shares of.
    let base: Double

    var colors: Theme.Colors { theme.colors }
    var gap: Double { (theme.spacing.gap * base).rounded() }
    var padding: Double { (theme.spacing.padding * base).rounded() }
    var radius: Double { (theme.radii.panel * base).rounded() }
    var tagRadius: Double { (theme.radii.tag * base).rounded() }
    /// Thin lines are never thinner than a pixel.
    var line: Double { max(1, (theme.spacing.line * base).rounded()) }

    /// - Parameters:
    ///   - size: as a share of the base.
    ///   - color: of the letters.
    ///   - weight: of the letters.
    ///   - alignment: within the text's box.
    /// - Returns: the style in pixels.
    func text(
        _ size: Double,
        _ color: Color,
        _ weight: TextStyle.Weight = .regular,
        _ alignment: TextStyle.Alignment = .natural
    ) -> TextStyle {
        var style = TextStyle(families: theme.families, size: max(1, size * base), color: color)
        style.weight = weight
        style.alignment = alignment
        style.hasEvenFigures = true
        style.lineSpacing = 0.92
        return style
    }

    /// A text in letters as large as its box allows, down to a share of their size; then with fewer lines and dots.
    ///
    /// - Parameters:
    ///   - text: from anywhere.
    ///   - style: with the size that is wished.
    ///   - size: of the box.
    ///   - linesMax: that it may have.
    ///   - shrinkMin: the smallest share of the wished size.
    ///   - canvas: where it will be drawn.
    /// - Returns: a block that is no larger than the box, except where not even one line has room.
    /// - Throws: `DrawingError`.
    func fitted(
        _ text: String,
        _ style: TextStyle,
        in size: (width: Double, height: Double),
        linesMax: Int = 1,
        shrinkMin: Double = 0.8,
        on canvas: Canvas
    ) throws(DrawingError) -> TextBlock {
        var style = style
        let (wished, smallest) = (style.size, style.size * shrinkMin)
        func block(_ lines: Int) throws(DrawingError) -> TextBlock {
            try TextBlock(text, style, width: size.width, linesMax: lines, on: canvas)
        }
        var made = try block(linesMax)
        while made.isCut || made.height > size.height, style.size > smallest {
            style.size = max(smallest, style.size - wished * 0.07)
            made = try block(linesMax)
        }
        var lines = min(linesMax, made.lineCount)
        while made.height > size.height, lines > 1 {
            lines -= 1
            made = try block(lines)
        }
        return made
    }

    /// The ground of a card with a thin edge.
    func drawCard(on canvas: Canvas, in box: Box, ground: Color? = nil) {
        let half = line / 2
        let path = Path.rounded(box.inset(half), radius: radius)
        canvas.fill(path, ground ?? colors.panel)
        canvas.stroke(path, colors.panelEdge, width: line)
    }

    /// Blocks one below the other, in the middle of a box.
    func drawStack(_ blocks: [TextBlock], on canvas: Canvas, in box: Box, gap: Double = 0) {
        let height = blocks.reduce(gap * Double(blocks.count - 1)) { $0 + $1.height }
        var y = box.y + max(0, (box.height - height) / 2).rounded()
        for block in blocks {
            block.draw(on: canvas, at: Point(box.x, y))
            y += block.height + gap
        }
    }
}
