package import Bus
package import Drawing

/// Draws scenes, frame after frame, in pictures of one size.
///
/// What stays the same between frames is drawn once. It keeps pictures of at most two scenes, however many it has
/// drawn. Of one task or thread at a time.
package final class ScenePainter {
    /// Draws a host within its box on a canvas; what goes beyond the box is not seen.
    package typealias DrawHost = (HostSlot, Box, Canvas) throws -> Void

    package let width: Int
    package let height: Int
    package let theme: Theme
    private let style: SceneStyle
    private let ticker: TickerDrawing
    private var clock = Layer<String>()
    private var current: StageDrawing
    private var other: StageDrawing
    /// For the two scenes of a transition; made by the first one.
    private var pictures: (from: Canvas, to: Canvas)?

    /// - Parameters:
    ///   - width: in pixels.
    ///   - height: in pixels.
    ///   - theme: that has no problems.
    /// - Throws: `DrawingError` for sizes that cannot be drawn.
    package init(width: Int, height: Int, theme: Theme) throws {
        self.width = width
        self.height = height
        self.theme = theme
        let empty = Scene(layout: .standby, stationName: "")
        let base = SceneBoxes(empty, width: width, height: height, spacing: theme.spacing).base
        style = SceneStyle(theme: theme, base: base)
        ticker = TickerDrawing(style: style)
        let background = try Canvas(width: width, height: height)
        let stops = [Paint.Stop(0, theme.colors.backgroundTop), Paint.Stop(1, theme.colors.backgroundBottom)]
        background.fill(
            .rectangle(background.box),
            .linear(from: .zero, to: Point(0, Double(height)), stops: stops)
        )
        current = StageDrawing(style: style, background: background)
        other = StageDrawing(style: style, background: background)
    }

    /// Where the elements of a scene stand.
    package func boxes(of scene: Scene) -> SceneBoxes {
        SceneBoxes(scene, width: width, height: height, spacing: theme.spacing)
    }

    /// Draws a scene over whatever was there.
    ///
    /// - Parameters:
    ///   - scene: what is shown.
    ///   - time: decides what is stale, where the ticker is and what the clock says.
    ///   - canvas: of the painter's size.
    ///   - drawHost: called for each slot of the layout.
    /// - Throws: `DrawingError`, or what `drawHost` throws.
    package func paint(_ scene: Scene, at time: Timestamp, on canvas: Canvas, drawHost: DrawHost) throws {
        try check(canvas)
        let content = StageContent(scene, boxes: boxes(of: scene), at: time)
        if other.content == content, current.content != content { swap(&current, &other) }
        try current.draw(scene, content, on: canvas, tickerDrawing: ticker, drawHost: drawHost)
        try drawMoving(scene, content, at: time, on: canvas)
    }

    /// Draws two scenes on the way from one to the other; header and prices are those of the second and stay in place.
    ///
    /// - Parameters:
    ///   - transition: how far it has come is told by the time.
    ///   - time: as for a single scene.
    ///   - canvas: of the painter's size.
    ///   - drawHost: called for each slot of both layouts.
    /// - Throws: `DrawingError`, or what `drawHost` throws.
    package func paint(
        _ transition: SceneTransition,
        at time: Timestamp,
        on canvas: Canvas,
        drawHost: DrawHost
    ) throws {
        try check(canvas)
        let progress = transition.progress(at: time)
        guard progress > 0 else { return try paint(transition.from, at: time, on: canvas, drawHost: drawHost) }
        guard progress < 1 else { return try paint(transition.to, at: time, on: canvas, drawHost: drawHost) }
        let from = StageContent(transition.from, boxes: boxes(of: transition.from), at: time)
        let to = StageContent(transition.to, boxes: boxes(of: transition.to), at: time)
        if other.content == from || current.content == to { swap(&current, &other) }
        let pictures = try pictures ?? (Canvas(width: width, height: height), Canvas(width: width, height: height))
        self.pictures = pictures
        try current.draw(transition.from, from, on: pictures.from, tickerDrawing: ticker, drawHost: drawHost)
        try other.draw(transition.to, to, on: pictures.to, tickerDrawing: ticker, drawHost: drawHost)
        try drawMoving(transition.to, to, at: time, on: pictures.to)
        canvas.draw(pictures.to)
        let drawing = TransitionDrawing(kind: transition.kind, progress: progress, region: to.boxes.stage)
        drawing.draw(from: pictures.from, to: pictures.to, on: canvas)
        try canvas.finish()
    }

    private func check(_ canvas: Canvas) throws(DrawingError) {
        guard canvas.width == width, canvas.height == height else {
            throw .size(width: canvas.width, height: canvas.height)
        }
    }

    private func drawMoving(_ scene: Scene, _ content: StageContent, at time: Timestamp, on canvas: Canvas) throws {
        if let box = content.boxes[.clock] {
            let text = UTCText(time).clock
            let picture = try clock.picture(of: text, size: box.pixels) {
                try HeaderDrawing(style: style).drawClock(text, on: $0, in: $0.box)
            }
            canvas.draw(picture, at: Point(box.x, box.y))
        }
        if let box = content.boxes[.ticker], !content.isTickerEmpty {
            try ticker.drawCells(scene.ticker, at: time, on: canvas, in: box)
        }
        try canvas.finish()
    }
}
