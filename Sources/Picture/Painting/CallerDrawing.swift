import Drawing

/// Somebody on the line: a sign for the voice, the name and what it is about.
struct CallerDrawing {
    let style: SceneStyle
    private var colors: Theme.Colors { style.colors }
    private var sizes: Theme.Sizes { style.theme.sizes }

    init(style: SceneStyle) { self.style = style }

    /// - Throws: `DrawingError`.
    func draw(_ caller: OnAirCaller?, on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        let inner = box.inset(style.padding * 1.5)
        let emblem = min(inner.height * 0.34, inner.width * 0.4).rounded()
        var room = inner.height - emblem - style.gap
        var blocks: [TextBlock] = []
        func add(
            _ text: String,
            _ size: Double,
            _ color: Color,
            _ weight: TextStyle.Weight,
            lines: Int = 1,
            isFirst: Bool = false
        ) throws {
            // A line that has no room is left out.
            guard room >= size * style.base * 1.2 else { return }
            let look = style.text(size, color, weight, .center)
            let block = try style.fitted(text, look, in: (inner.width, room), linesMax: lines, on: canvas)
            blocks.insert(block, at: isFirst ? 0 : blocks.count)
            room -= block.height
        }
        if let name = caller?.name { try add(name.text, sizes.name, colors.text, .bold, lines: 2) }
        if let topic = caller?.topic, !topic.isBlank {
            try add(topic.text, sizes.role, colors.textMuted, .regular, lines: 3)
        }
        try add("On the line", sizes.role, colors.accent, .medium, isFirst: true)
        let height = blocks.reduce(emblem + style.gap) { $0 + $1.height }
        let top = (inner.y + max(0, (inner.height - height) / 2)).rounded()
        drawWave(on: canvas, in: Box(inner.x, top, inner.width, emblem))
        let y = top + emblem + style.gap
        style.drawStack(blocks, on: canvas, in: Box(inner.x, y, inner.width, inner.bottom - y - (top - inner.y)))
    }

    /// A voice: bars around a line, as of a sound.
    private func drawWave(on canvas: Canvas, in box: Box) {
        let heights = [0.28, 0.52, 0.86, 0.62, 1, 0.7, 0.9, 0.5, 0.3]
        let step = min(box.width / Double(heights.count * 2), box.height * 0.16)
        let width = max(1, step * 0.5)
        let left = box.center.x - step * Double(heights.count - 1) / 2 - width / 2
        for (index, height) in heights.enumerated() {
            let high = max(width, box.height * 0.8 * height)
            let bar = Box(left + step * Double(index), box.center.y - high / 2, width, high)
            canvas.fill(.rounded(bar, radius: width / 2), colors.accent)
        }
    }
}
