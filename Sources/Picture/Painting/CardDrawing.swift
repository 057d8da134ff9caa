import Drawing

/// The cards of text: headline, lower third and notice.
struct CardDrawing {
    let style: SceneStyle
    private var colors: Theme.Colors { style.colors }
    private var sizes: Theme.Sizes { style.theme.sizes }

    private static let headlineShrinkMin = 0.66

    init(style: SceneStyle) { self.style = style }

    /// - Throws: `DrawingError`.
    func drawHeadline(_ text: ShownText, on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        let inner = inside(box, isRightToLeft: text.isRightToLeft)
        let lines = max(1, Int(inner.height / (sizes.headline * style.base * CardDrawing.headlineShrinkMin * 1.25)))
        let block = try style.fitted(
            text.text,
            style.text(sizes.headline, colors.text, .bold),
            in: (inner.width, inner.height),
            linesMax: min(lines, 7),
            shrinkMin: CardDrawing.headlineShrinkMin,
            on: canvas
        )
        style.drawStack([block], on: canvas, in: inner)
        drawBar(beside: box, height: block.height, isRightToLeft: text.isRightToLeft, on: canvas)
    }

    /// - Parameters:
    ///   - lowerThird: who speaks.
    ///   - textInset: what is not for text at the right.
    ///   - canvas: where.
    ///   - box: its place.
    /// - Throws: `DrawingError`.
    func drawLowerThird(_ lowerThird: LowerThird, textInset: Double, on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        let isRightToLeft = lowerThird.name.isRightToLeft
        var inner = inside(box, isRightToLeft: isRightToLeft)
        if !isRightToLeft { inner.width = max(1, inner.width - textInset) }
        var blocks = [
            try line(lowerThird.name, sizes.name, colors.text, .bold, inner, on: canvas)
        ]
        if let role = lowerThird.role, !role.isBlank {
            blocks.append(try line(role, sizes.role, colors.textMuted, .regular, inner, on: canvas))
        }
        if let topic = lowerThird.topic, !topic.isBlank {
            blocks.append(try line(topic, sizes.role, colors.accent, .medium, inner, on: canvas))
        }
        // What does not fit below the name is left out rather than drawn over the edge.
        while blocks.count > 1, blocks.reduce(0, { $0 + $1.height }) > inner.height { blocks.removeLast() }
        style.drawStack(blocks, on: canvas, in: inner)
        let height = blocks.reduce(0) { $0 + $1.height }
        drawBar(beside: box, height: height, isRightToLeft: isRightToLeft, on: canvas)
    }

    /// The station's name and a notice, for when nobody is on air.
    ///
    /// - Throws: `DrawingError`.
    func drawNotice(_ notice: ShownText?, name: ShownText, on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        let inner = box.inset(style.padding * 2)
        let title = try style.fitted(
            name.text,
            style.text(sizes.title, colors.text, .bold, .center),
            in: (inner.width, inner.height * 0.55),
            linesMax: 2,
            shrinkMin: 0.5,
            on: canvas
        )
        guard let notice, !notice.isBlank else {
            style.drawStack([title], on: canvas, in: inner)
            return
        }
        let text = try style.fitted(
            notice.text,
            style.text(sizes.name, colors.textMuted, .regular, .center),
            in: (inner.width, max(1, inner.height - title.height - style.gap * 2)),
            linesMax: 4,
            on: canvas
        )
        let gap = (style.gap * 1.5).rounded()
        style.drawStack([title, text], on: canvas, in: inner, gap: gap)
        let height = title.height + gap + text.height
        let y = inner.y + max(0, (inner.height - height) / 2) + title.height + gap / 2
        let wide = min(inner.width, style.base * 0.1)
        let rule = Box((inner.center.x - wide / 2).rounded(), y.rounded(), wide.rounded(), style.line * 3)
        canvas.fill(.rectangle(rule), colors.accent)
    }

    // MARK: Parts

    private func line(
        _ text: ShownText,
        _ size: Double,
        _ color: Color,
        _ weight: TextStyle.Weight,
        _ box: Box,
        on canvas: Canvas
    ) throws(DrawingError) -> TextBlock {
        try style.fitted(
            text.text,
            style.text(size, color, weight),
            in: (box.width, box.height),
            shrinkMin: 0.84,
            on: canvas
        )
    }

    private var barWidth: Double { max(2, (style.base * 0.006).rounded()) }

    /// What is left of a card beside its bar, which stands where reading begins.
    private func inside(_ box: Box, isRightToLeft: Bool) -> Box {
        let beside = (barWidth + style.padding * 1.6).rounded()
        return Box(
            box.x + (isRightToLeft ? style.padding : beside),
            box.y + (style.padding * 0.4).rounded(),
            max(1, box.width - beside - style.padding),
            max(1, box.height - (style.padding * 0.8).rounded())
        )
    }

    /// As high as the letters beside it.
    private func drawBar(beside box: Box, height: Double, isRightToLeft: Bool, on canvas: Canvas) {
        let high = min(height * 0.92, box.height - style.padding).rounded()
        let x = isRightToLeft ? box.right - style.padding * 0.9 - barWidth : box.x + style.padding * 0.9
        let bar = Box(x.rounded(), (box.center.y - high / 2).rounded(), barWidth, max(0, high))
        canvas.fill(.rounded(bar, radius: barWidth / 2), colors.accent)
    }
}
