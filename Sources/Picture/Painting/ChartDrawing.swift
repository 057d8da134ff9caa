import Domain
import Drawing

/// The chart with its title, its axes and its last price.
struct ChartDrawing {
    let style: SceneStyle
    let content: ChartContent
    private var colors: Theme.Colors { style.colors }
    private var sizes: Theme.Sizes { style.theme.sizes }
    private var last: Candle? { content.chart.candles.last }

    init(style: SceneStyle, content: ChartContent) {
        self.style = style
        self.content = content
    }

    /// - Throws: `DrawingError`.
    func draw(on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        var inner = box.inset(style.padding)
        let title = inner.cutTop(style.base * 0.098, gap: (style.gap * 0.5).rounded())
        try drawTitle(on: canvas, in: title)
        guard last != nil else {
            try drawEmpty(on: canvas, in: inner)
            return
        }
        try ChartPlotDrawing(style: style, content: content).draw(on: canvas, in: inner)
    }

    // MARK: Title

    private func drawTitle(on canvas: Canvas, in box: Box) throws {
        var box = box
        if let last {
            let price = try TextBlock(
                PriceText.text(last.close),
                style.text(sizes.price, content.isStale ? colors.textMuted : colors.text, .bold),
                width: box.width * 0.6,
                on: canvas
            )
            var blocks = [price]
            if let change = content.change {
                let color = change.percent.isNegative ? colors.fall : colors.rise
                let look = style.text(sizes.role * 0.96, content.isStale ? colors.textMuted : color, .medium)
                blocks.append(try TextBlock(change.text, look, width: box.width * 0.6, on: canvas))
            }
            let place = box.cutRight((blocks.map(\.width).max() ?? 0) + 1, gap: style.gap)
            drawRight(blocks, on: canvas, in: place)
        }
        try drawLeft(on: canvas, in: box)
    }

    private func drawLeft(on canvas: Canvas, in box: Box) throws {
        let pair = try style.fitted(
            content.pairText,
            style.text(sizes.name * 1.1, colors.text, .bold),
            in: (box.width, box.height * 0.62),
            shrinkMin: 0.6,
            on: canvas
        )
        // The time stands first: it is never what dots take the place of.
        let stale = content.staleText.map { " · \($0)" } ?? ""
        let isWide = box.width > style.base * 0.6
        let about = try style.fitted(
            content.asOfText + stale + (isWide ? " · \(content.intervalText)" : ""),
            style.text(
                sizes.small,
                content.isStale ? colors.stale : colors.textMuted,
                content.isStale ? .bold : .regular
            ),
            in: (box.width, box.height),
            shrinkMin: 0.66,
            on: canvas
        )
        pair.draw(on: canvas, at: Point(box.x, box.y))
        about.draw(on: canvas, at: Point(box.x, max(box.y + pair.height * 0.9, box.bottom - about.height)))
    }

    private func drawRight(_ blocks: [TextBlock], on canvas: Canvas, in box: Box) {
        guard let price = blocks.first else { return }
        price.draw(on: canvas, at: Point(box.right - price.width, box.y - price.height * 0.1))
        guard blocks.count > 1 else { return }
        blocks[1].draw(on: canvas, at: Point(box.right - blocks[1].width, box.bottom - blocks[1].height))
    }

    private func drawEmpty(on canvas: Canvas, in box: Box) throws {
        let block = try style.fitted(
            "No candles yet",
            style.text(sizes.name, colors.textMuted, .regular, .center),
            in: (box.width, box.height),
            on: canvas
        )
        style.drawStack([block], on: canvas, in: box)
    }
}
