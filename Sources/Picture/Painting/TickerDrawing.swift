import Bus
import Drawing

/// The band of prices: keeps the pictures of its cells and the place of its belt.
final class TickerDrawing {
    private let style: SceneStyle
    private var pictures: [TickerCell: Canvas] = [:]
    private var belt = TickerBelt()

    /// A whole number of pixels in each of 30 frames a second, at the usual heights.
    private static let speedShare = 1.0 / 12

    init(style: SceneStyle) { self.style = style }

    /// The band itself and what its figures are; it does not move.
    ///
    /// - Throws: `DrawingError`.
    func drawGround(_ ticker: PriceTicker, isEmpty: Bool, on canvas: Canvas, in box: Box) throws {
        style.drawCard(on: canvas, in: box)
        let track = try track(of: ticker, in: box, on: canvas)
        if let title = track.title {
            title.draw(on: canvas, at: Point(box.x + style.padding, (box.center.y - title.height / 2).rounded()))
            let line = Box(track.box.x - style.padding, box.y + style.padding * 0.6, style.line, 0)
            let rule = Box(
                line.x.rounded(),
                line.y.rounded(),
                line.width,
                box.height - 2 * (style.padding * 0.6).rounded()
            )
            canvas.fill(.rectangle(rule), style.colors.panelEdge)
        }
        guard isEmpty else { return }
        let size = style.theme.sizes.ticker * 0.9
        let look = style.text(size, style.colors.textMuted)
        let text = try style.fitted(
            "No current prices",
            look,
            in: (track.box.width, track.box.height),
            on: canvas
        )
        text.draw(on: canvas, at: Point(track.box.x, (box.center.y - text.height / 2).rounded()))
    }

    /// The cells where they are at a time.
    ///
    /// - Throws: `DrawingError`.
    func drawCells(_ ticker: PriceTicker, at time: Timestamp, on canvas: Canvas, in box: Box) throws {
        let cells = TickerCell.all(ticker, at: time)
        let track = try track(of: ticker, in: box, on: canvas).box
        guard !cells.isEmpty, track.width >= 1, track.height >= 1 else { return }
        var kept: [TickerCell: Canvas] = [:]
        for cell in cells {
            let drawing = TickerCellDrawing(style: style)
            kept[cell] = try pictures[cell] ?? drawing.picture(cell, height: Int(track.height), measuredOn: canvas)
        }
        // Pictures of figures that are gone go with them: there are never more than rows.
        pictures = kept
        let widths = cells.map { TickerBelt.Cell(name: $0.pair, width: Double(kept[$0]?.width ?? 0)) }
        let speed = style.base * TickerDrawing.speedShare
        let places = belt.places(widths, at: time, speed: speed, track: track.width)
        canvas.clipped(to: .rectangle(track)) {
            for place in places {
                guard let picture = kept[cells[place.index]] else { continue }
                canvas.draw(picture, at: Point(track.x + TickerDrawing.snapped(place.x), track.y))
            }
            // Cells that stand begin and end within the band.
            if widths.reduce(0, { $0 + $1.width }) > track.width {
                drawFades(on: canvas, in: track, isLeftCut: places.first.map { $0.x < 0 } ?? false)
            }
        }
    }

    /// A hair's breadth beside a whole pixel would blur all letters.
    private static func snapped(_ x: Double) -> Double { abs(x - x.rounded()) < 1.0 / 64 ? x.rounded() : x }

    /// Cells come and go softly.
    private func drawFades(on canvas: Canvas, in track: Box, isLeftCut: Bool) {
        let wide = min((style.base * 0.03).rounded(), track.width / 4)
        let (ground, none) = (style.colors.panel, style.colors.panel.opacity(0))
        let ends = [(track.right, track.right - wide)] + (isLeftCut ? [(track.x, track.x + wide)] : [])
        for (x, end) in ends {
            let paint = Paint.linear(
                from: Point(x, 0),
                to: Point(end, 0),
                stops: [Paint.Stop(0, ground), Paint.Stop(1, none)]
            )
            canvas.fill(.rectangle(Box(min(x, end), track.y, wide, track.height)), paint)
        }
    }

    // MARK: The title

    private var measured: (title: ShownText, box: Box, block: TextBlock?)?

    /// Where cells move, beside the title.
    private func track(of ticker: PriceTicker, in box: Box, on canvas: Canvas) throws -> (box: Box, title: TextBlock?) {
        if measured?.title != ticker.title || measured?.box != box {
            let look = style.text(style.theme.sizes.ticker * 0.8, style.colors.accent, .bold)
            let size = (width: box.width * 0.3, height: box.height)
            measured = (
                ticker.title, box,
                ticker.title.isBlank ? nil : try style.fitted(ticker.title.text, look, in: size, on: canvas)
            )
        }
        let block = measured?.block
        var track = box.inset(style.padding * 0.5, style.line * 2)
        _ = track.cutLeft(block.map { $0.width + style.padding * 2.5 } ?? 0, gap: 0)
        (track.x, track.y) = (track.x.rounded(), track.y.rounded())
        track.width = (box.right - style.padding * 0.5 - track.x).rounded(.down)
        return (Box(track.x, track.y, max(0, track.width), max(0, track.height.rounded(.down))), block)
    }
}
