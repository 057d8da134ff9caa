import Drawing

/// The live mark and the station's name.
struct HeaderDrawing {
    let style: SceneStyle

    /// - Parameters:
    ///   - name: of the station.
    ///   - isLive: whether the mark stands before it.
    ///   - canvas: where.
    ///   - box: its place.
    /// - Throws: `DrawingError`.
    func draw(name: ShownText, isLive: Bool, on canvas: Canvas, in box: Box) throws {
        var rest = box
        if isLive {
            let label = try TextBlock(
                "LIVE",
                style.text(style.theme.sizes.station * 0.8, style.colors.onLive, .bold),
                width: box.width,
                on: canvas
            )
            let dot = label.height * 0.2
            let mark = rest.cutLeft(label.width + dot * 2 + style.padding * 1.8, gap: style.gap)
            let pill = Box(mark.x, mark.y + (mark.height * 0.08).rounded(), mark.width, (mark.height * 0.84).rounded())
            canvas.fill(.rounded(pill, radius: style.tagRadius), style.colors.live)
            let dotX = pill.x + style.padding * 0.65 + dot
            canvas.fill(.ellipse(Point(dotX, pill.center.y), dot, dot), style.colors.onLive)
            label.draw(
                on: canvas,
                at: Point(dotX + dot + style.padding * 0.45, (pill.center.y - label.height / 2).rounded())
            )
        }
        let block = try style.fitted(
            name.text,
            style.text(style.theme.sizes.station, style.colors.text, .bold),
            in: (rest.width, rest.height),
            on: canvas
        )
        // Beside the mark, whatever script it is of: aligned to the right it would stand at the clock.
        let isFar = name.isRightToLeft && block.width < rest.width
        let x = isFar ? rest.x - (rest.width - block.width) : rest.x
        block.draw(on: canvas, at: Point(x, (rest.center.y - block.height / 2).rounded()))
    }

    /// - Parameters:
    ///   - time: such as `12:34:05`.
    ///   - canvas: where.
    ///   - box: its place.
    /// - Throws: `DrawingError`.
    func drawClock(_ time: String, on canvas: Canvas, in box: Box) throws {
        let size = style.theme.sizes.clock
        let zone = try TextBlock(
            "UTC",
            style.text(size * 0.72, style.colors.textMuted, .medium),
            width: box.width,
            on: canvas
        )
        let clock = try TextBlock(time, style.text(size, style.colors.text, .medium), width: box.width, on: canvas)
        let (x, y) = (box.right - zone.width, (box.center.y - clock.height / 2).rounded())
        zone.draw(on: canvas, at: Point(x, y + ((clock.height - zone.height) * 0.78).rounded()))
        clock.draw(on: canvas, at: Point((x - clock.width - style.padding * 0.5).rounded(), y))
    }
}
