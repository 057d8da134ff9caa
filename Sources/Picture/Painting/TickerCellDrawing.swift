import Drawing

/// A cell as a picture of its own, which is moved without being laid out again.
struct TickerCellDrawing {
    let style: SceneStyle
    private var colors: Theme.Colors { style.colors }
    private var size: Double { style.theme.sizes.ticker }
    private var letter: Double { size * style.base }

    init(style: SceneStyle) { self.style = style }

    /// - Parameters:
    ///   - cell: what is shown.
    ///   - height: of the band.
    ///   - canvas: where letters are measured.
    /// - Returns: a picture on the band's ground, wide enough for the letters and the room behind them.
    /// - Throws: `DrawingError`.
    func picture(_ cell: TickerCell, height: Int, measuredOn canvas: Canvas) throws -> Canvas {
        let parts = try parts(of: cell, on: canvas)
        let needed = parts.reduce(letter * 1.5) { $0 + $1.lead + $1.block.width }
        // In steps, so that a figure more or less seldom moves what stands behind it.
        let step = letter * 1.5
        let width = min((needed / step).rounded(.up) * step, 8000)
        let picture = try Canvas(width: max(1, Int(width.rounded())), height: height)
        picture.clear(colors.panel)
        let middle = Double(height) / 2
        var x = 0.0
        for part in parts {
            x += part.lead
            if let mark = part.mark { drawMark(isFall: mark, at: Point(x - letter * 0.5, middle), on: picture) }
            let shift = part.isSmall ? letter * 0.05 : 0
            part.block.draw(on: picture, at: Point(x, (middle - part.block.height / 2 + shift).rounded()))
            x += part.block.width
        }
        let line = Box(width.rounded() - letter * 0.75, (middle - letter * 0.4).rounded(), style.line, letter * 0.8)
        picture.fill(.rectangle(line), colors.panelEdge)
        try picture.finish()
        return picture
    }

    private struct Part {
        let block: TextBlock
        /// Room before it.
        let lead: Double
        var isSmall = false
        /// A triangle before it: whether it points down.
        var mark: Bool?
    }

    private func parts(of cell: TickerCell, on canvas: Canvas) throws(DrawingError) -> [Part] {
        func block(_ text: String, _ scale: Double, _ color: Color, _ weight: TextStyle.Weight) throws(DrawingError)
            -> TextBlock
        { try TextBlock(text, style.text(size * scale, color, weight), width: 4000, on: canvas) }
        let isStale = cell.age != nil
        var parts = [
            Part(block: try block(cell.base, 1, colors.text, .bold), lead: 0),
            Part(block: try block(cell.quote, 0.72, colors.textMuted, .regular), lead: letter * 0.25, isSmall: true),
            Part(
                block: try block(cell.price, 1, isStale ? colors.textMuted : colors.text, .medium),
                lead: letter * 0.5
            ),
        ]
        if let change = cell.change {
            let color = cell.isFall ? colors.fall : colors.rise
            parts.append(
                Part(block: try block(change, 0.9, color, .medium), lead: letter * 1.3, mark: cell.isFall)
            )
        }
        if let age = cell.age {
            parts.append(Part(block: try block(age, 0.8, colors.stale, .bold), lead: letter * 0.5, isSmall: true))
        }
        parts.append(
            Part(block: try block(cell.asOf, 0.72, colors.textMuted, .regular), lead: letter * 0.5, isSmall: true)
        )
        return parts
    }

    private func drawMark(isFall: Bool, at point: Point, on canvas: Canvas) {
        let half = letter * 0.24
        let (tip, foot) = isFall ? (half * 0.9, -half * 0.8) : (-half * 0.9, half * 0.8)
        let triangle = Path.polygon([
            Point(point.x, point.y + tip), Point(point.x + half * 1.1, point.y + foot),
            Point(point.x - half * 1.1, point.y + foot),
        ])
        canvas.fill(triangle, isFall ? colors.fall : colors.rise)
    }
}
