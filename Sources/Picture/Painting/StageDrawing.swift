import Bus
import Drawing

/// The picture of a scene: keeps what stands still, and draws on it what moves.
final class StageDrawing {
    private let style: SceneStyle
    private let background: Canvas
    private var stage = Layer<StageContent>()
    private var chart = Layer<ChartContent>()
    private var captions = Layer<Captions>()
    /// What shows whether this one has been drawn before.
    private(set) var content: StageContent?

    init(style: SceneStyle, background: Canvas) {
        self.style = style
        self.background = background
    }

    /// Draws all but clock and prices.
    ///
    /// - Throws: `DrawingError`, or what the hosts' drawing throws.
    func draw(
        _ scene: Scene,
        _ content: StageContent,
        on canvas: Canvas,
        tickerDrawing: TickerDrawing,
        drawHost: (HostSlot, Box, Canvas) throws -> Void
    ) throws {
        self.content = content
        let size = (width: background.width, height: background.height)
        let still = try stage.picture(of: content, size: size) { picture in
            try drawStill(content, scene, on: picture, tickerDrawing: tickerDrawing)
        }
        canvas.draw(still)
        for slot in HostSlot.allCases {
            guard let box = content.boxes[SceneElement(slot)], box.width >= 1, box.height >= 1 else { continue }
            let edge = style.line
            let inner = box.inset(edge)
            try canvas.clipped(to: .rectangle(inner)) { try drawHost(slot, inner, canvas) }
            drawCorners(of: box, from: still, on: canvas)
        }
        if let box = content.boxes[.captions], let lines = scene.captions, lines.lines.contains(where: { !$0.isBlank })
        {
            let picture = try captions.picture(of: lines, size: box.pixels) {
                try CaptionDrawing(style: style).draw(lines, on: $0, in: $0.box.inset(content.boxes.textInset, 0))
            }
            canvas.draw(picture, at: Point(box.x, box.y))
        }
    }

    // MARK: What stands still

    private func drawStill(
        _ content: StageContent,
        _ scene: Scene,
        on canvas: Canvas,
        tickerDrawing: TickerDrawing
    ) throws {
        canvas.draw(background)
        for (element, box) in content.boxes.boxes where box.width >= 1 && box.height >= 1 {
            try canvas.clipped(to: .rectangle(box)) {
                try draw(element, content, scene, on: canvas, in: box, tickerDrawing: tickerDrawing)
            }
        }
    }

    private func draw(
        _ element: SceneElement,
        _ content: StageContent,
        _ scene: Scene,
        on canvas: Canvas,
        in box: Box,
        tickerDrawing: TickerDrawing
    ) throws {
        let cards = CardDrawing(style: style)
        switch element {
        case .station:
            try HeaderDrawing(style: style).draw(name: content.stationName, isLive: content.isLive, on: canvas, in: box)
        case .headline: if let text = content.headline { try cards.drawHeadline(text, on: canvas, in: box) }
        case .lowerThird:
            if let who = content.lowerThird {
                try cards.drawLowerThird(who, textInset: content.boxes.textInset, on: canvas, in: box)
            }
        case .notice: try cards.drawNotice(content.notice, name: content.stationName, on: canvas, in: box)
        case .caller: try CallerDrawing(style: style).draw(content.caller, on: canvas, in: box)
        case .callIn:
            if let callIn = content.callIn { try CallInDrawing(style: style).draw(callIn, on: canvas, in: box) }
        case .chart: try drawChart(content.chart, on: canvas, in: box)
        case .leftHost, .rightHost: drawHostGround(on: canvas, in: box)
        case .captions: style.drawCard(on: canvas, in: box, ground: style.colors.captionGround)
        case .ticker:
            try tickerDrawing.drawGround(scene.ticker, isEmpty: content.isTickerEmpty, on: canvas, in: box)
        case .clock: break
        }
    }

    private func drawChart(_ content: ChartContent?, on canvas: Canvas, in box: Box) throws {
        guard let content else {
            style.drawCard(on: canvas, in: box)
            return
        }
        let picture = try chart.picture(of: content, size: box.pixels) {
            try ChartDrawing(style: style, content: content).draw(on: $0, in: $0.box)
        }
        canvas.draw(picture, at: Point(box.x, box.y))
    }

    // MARK: Hosts

    private func drawHostGround(on canvas: Canvas, in box: Box) {
        let stops = [Paint.Stop(0, style.colors.hostTop), Paint.Stop(1, style.colors.hostBottom)]
        let paint = Paint.linear(from: Point(0, box.y), to: Point(0, box.bottom), stops: stops)
        let path = Path.rounded(box.inset(style.line / 2), radius: style.radius)
        canvas.fill(path, paint)
        canvas.stroke(path, style.colors.panelEdge, width: style.line)
    }

    /// Puts back the four corners that hosts are drawn over: to clip them all to round ones takes several times as long.
    private func drawCorners(of box: Box, from still: Canvas, on canvas: Canvas) {
        let radius = style.radius + style.line
        guard radius >= 1, box.width > 2 * radius, box.height > 2 * radius else { return }
        for (isRight, isLower) in [(false, false), (true, false), (true, true), (false, true)] {
            let outer = Point(isRight ? box.right : box.x, isLower ? box.bottom : box.y)
            let (dx, dy) = (isRight ? -radius : radius, isLower ? -radius : radius)
            var path = Path()
            path.move(outer)
            path.line(Point(outer.x + dx, outer.y))
            path.curve(
                Point(outer.x + dx * 0.45, outer.y),
                Point(outer.x, outer.y + dy * 0.45),
                Point(outer.x, outer.y + dy)
            )
            path.close()
            canvas.clipped(to: path) { canvas.draw(still) }
        }
    }
}
