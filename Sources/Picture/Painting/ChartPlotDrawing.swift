import Domain
import Drawing

/// Candles, volumes and axes.
struct ChartPlotDrawing {
    let style: SceneStyle
    let content: ChartContent
    private var colors: Theme.Colors { style.colors }
    private var size: Double { style.theme.sizes.small }

    init(style: SceneStyle, content: ChartContent) {
        self.style = style
        self.content = content
    }

    /// - Throws: `DrawingError`.
    func draw(on canvas: Canvas, in box: Box) throws {
        let letter = size * style.base
        var upper = box
        let timeRow = upper.cutBottom(letter * 1.35, gap: 0)
        let candles = content.chart.candles
        guard let last = candles.last else { return }
        let counts = (prices: Int(upper.height / (letter * 2.4)), times: Int(upper.width / (letter * 6.5)))
        // The widest label decides how wide the plot is, and does not depend on that.
        guard let draft = CandlePlot(candles, in: upper, line: style.line, labels: counts) else { return }
        let priceText = try label(PriceText.text(last.close), colors.onPrice, .bold, box.width * 0.4, on: canvas)
        let labels = try draft.prices.marks.map {
            try label($0.text, colors.textMuted, .regular, box.width * 0.4, on: canvas)
        }
        let tagEdge = (letter * 0.4).rounded()
        let axis = (labels.map(\.width) + [priceText.width]).max() ?? 0
        let column = upper.cutRight((axis + 2 * tagEdge).rounded(.up), gap: tagEdge)
        guard let plot = CandlePlot(candles, in: upper, line: style.line, labels: counts) else { return }

        let tag = Box(column.x, (plot.lastY - letter * 0.72).rounded(), column.width, (letter * 1.44).rounded())
        drawGrid(plot, labels, on: canvas, in: upper, column: column, edge: tagEdge, tag: content.isStale ? nil : tag)
        try drawTimes(plot, on: canvas, in: upper, row: timeRow)
        drawBars(plot, on: canvas)
        if !content.isStale { drawLast(plot, priceText, on: canvas, in: upper, edge: tagEdge, tag: tag) }
    }

    private func label(
        _ text: String,
        _ color: Color,
        _ weight: TextStyle.Weight,
        _ width: Double,
        on canvas: Canvas
    ) throws(DrawingError) -> TextBlock {
        try TextBlock(text, style.text(size, color, weight), width: width, on: canvas)
    }

    // MARK: Axes

    private func drawGrid(
        _ plot: CandlePlot,
        _ labels: [TextBlock],
        on canvas: Canvas,
        in box: Box,
        column: Box,
        edge: Double,
        tag: Box?
    ) {
        for (mark, label) in zip(plot.prices.marks, labels) {
            let y = plot.y(mark.value, in: box).rounded()
            canvas.fill(.rectangle(Box(box.x, y, box.width, style.line)), colors.grid)
            let top = (y - label.height / 2).rounded()
            // The last price is more important than a round one beside it.
            if let tag, abs(y - tag.center.y) < tag.height / 2 + size * style.base * 0.5 { continue }
            guard top >= box.y - label.height / 2, top + label.height <= box.bottom + label.height / 2 else { continue }
            label.draw(on: canvas, at: Point(column.x + edge, top))
        }
        canvas.fill(.rectangle(Box(box.x, box.bottom, box.width, style.line)), colors.panelEdge)
    }

    private func drawTimes(_ plot: CandlePlot, on canvas: Canvas, in box: Box, row: Box) throws {
        var free = row.x
        for mark in plot.times.marks {
            let text = try label(mark.text, colors.textMuted, .regular, row.width, on: canvas)
            let x = (box.x + mark.share * box.width).rounded()
            let left = x - text.width / 2
            guard left >= free, left + text.width <= row.right else { continue }
            text.draw(on: canvas, at: Point(left.rounded(), (row.bottom - text.height).rounded()))
            canvas.fill(.rectangle(Box(x, box.y, style.line, box.height)), colors.grid)
            free = left + text.width + size * style.base
        }
    }

    // MARK: Prices

    private func drawBars(_ plot: CandlePlot, on canvas: Canvas) {
        for isRise in [false, true] {
            var (solid, volumes) = (Path(), Path())
            for bar in plot.bars where bar.isRise == isRise {
                solid.add(.rectangle(bar.body))
                solid.add(.rectangle(bar.wick))
                if bar.volume.height > 0 { volumes.add(.rectangle(bar.volume)) }
            }
            let color = content.isStale ? colors.textMuted : isRise ? colors.rise : colors.fall
            canvas.fill(volumes, color.opacity(0.32))
            canvas.fill(solid, content.isStale && !isRise ? color.opacity(0.6) : color)
        }
    }

    private func drawLast(_ plot: CandlePlot, _ text: TextBlock, on canvas: Canvas, in box: Box, edge: Double, tag: Box)
    {
        let color = plot.bars.last?.isRise ?? true ? colors.rise : colors.fall
        let y = plot.lastY.rounded()
        let dash = max(2, (style.base * 0.006).rounded())
        var dashes = Path()
        var x = box.x
        while x < box.right {
            dashes.add(.rectangle(Box(x, y, min(dash, box.right - x), style.line)))
            x += dash * 2
        }
        canvas.fill(dashes, color.opacity(0.8))
        canvas.fill(.rounded(tag, radius: style.tagRadius), color)
        text.draw(
            on: canvas,
            at: Point(tag.x + edge, (tag.center.y - text.height / 2).rounded())
        )
    }
}
