import Drawing

/// The address to take part at, with its code.
struct CallInDrawing {
    let style: SceneStyle

    /// Smaller squares do not survive the compression of a stream.
    private static let squareMin = 2.0
    private static let edgeSquares = 8

    /// - Throws: `DrawingError`.
    func draw(_ callIn: CallIn, on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        let inner = box.inset(style.padding)
        let isUpright = inner.height > inner.width * 1.05
        let room = isUpright ? min(inner.width, inner.height * 0.62) : min(inner.height, inner.width * 0.5)
        // An address that is too long for a code is still there to be read.
        guard let code = try? QRCode(callIn.link.text), let side = side(of: code, room: room) else {
            let texts = try texts(callIn, isCentered: isUpright, in: inner, on: canvas)
            return style.drawStack(texts, on: canvas, in: inner, gap: textGap)
        }
        if isUpright {
            var below = inner
            _ = below.cutTop(side, gap: style.gap)
            let texts = try texts(callIn, isCentered: true, in: below, on: canvas)
            let height = texts.reduce(side + style.gap + textGap) { $0 + $1.height }
            let top = inner.y + max(0, (inner.height - height) / 2)
            draw(code, side: side, center: Point(inner.center.x, top + side / 2), on: canvas)
            let rest = Box(inner.x, top + side + style.gap, inner.width, height - side - style.gap)
            style.drawStack(texts, on: canvas, in: rest, gap: textGap)
        } else {
            var rest = inner
            let left = rest.cutLeft(side, gap: style.gap)
            draw(code, side: side, center: left.center, on: canvas)
            style.drawStack(
                try texts(callIn, isCentered: false, in: rest, on: canvas),
                on: canvas,
                in: rest,
                gap: textGap
            )
        }
    }

    private var textGap: Double { (style.gap * 0.4).rounded() }

    /// - Returns: `nil` where its squares would be too small to be read.
    private func side(of code: QRCode, room: Double) -> Double? {
        let squares = Double(code.size + CallInDrawing.edgeSquares)
        let unit = (room / squares).rounded(.down)
        return unit >= CallInDrawing.squareMin ? unit * squares : nil
    }

    private func draw(_ code: QRCode, side: Double, center: Point, on canvas: Canvas) {
        let place = Box((center.x - side / 2).rounded(), (center.y - side / 2).rounded(), side, side)
        canvas.clipped(to: .rounded(place, radius: style.tagRadius)) {
            code.draw(on: canvas, in: place, ink: style.colors.codeInk, ground: style.colors.codeGround)
        }
    }

    private func texts(_ callIn: CallIn, isCentered: Bool, in box: Box, on canvas: Canvas) throws -> [TextBlock] {
        let sizes = style.theme.sizes
        let size = min(max(sizes.name, box.height / style.base * 0.14), sizes.headline * 1.15)
        let title = try line(callIn.title, size, style.colors.text, .bold, isCentered, box, 0.6, on: canvas)
        let rest = Box(box.x, box.y, box.width, max(1, box.height - title.height - textGap))
        return [
            title, try line(callIn.address, size * 0.72, style.colors.accent, .medium, isCentered, rest, 1, on: canvas),
        ]
    }

    /// In one line where smaller letters do for it, otherwise in up to three.
    private func line(
        _ text: ShownText,
        _ size: Double,
        _ color: Color,
        _ weight: TextStyle.Weight,
        _ isCentered: Bool,
        _ box: Box,
        _ share: Double,
        on canvas: Canvas
    ) throws -> TextBlock {
        let look = style.text(size, color, weight, isCentered ? .center : .natural)
        let room = (width: box.width, height: box.height * share)
        let single = try style.fitted(text.text, look, in: room, shrinkMin: 0.76, on: canvas)
        guard single.isCut else { return single }
        return try style.fitted(text.text, look, in: room, linesMax: 3, shrinkMin: 0.7, on: canvas)
    }
}
