import Drawing

extension FeaturePainter {
    /// Draws one eye.
    ///
    /// - Parameters:
    ///   - eyes: the design.
    ///   - pose: of the whole figure.
    ///   - iris: as `PuppetEyes` draws it.
    ///   - side: -1 for the left eye, 1 for the right one, which is painted mirrored.
    /// - Throws: `DrawingError`.
    func draw(_ eyes: PuppetEyes, _ pose: PuppetPose, iris: Canvas, side: Double) throws(DrawingError) {
        // Who looks down lowers the lids, and the other way round.
        let lids = min(max(0, pose.lids + max(0, pose.gaze.y) * 0.25 * (1 - pose.lids)), 1)
        let wide = min(1, pose.wide + max(0, -pose.gaze.y) * 0.35)
        let key = eyes.key(lids: lids, wide: wide, squint: pose.squint)
        let (upper, lower) = (pixels(key.upper), pixels(key.lower))
        if lids < 0.93 {
            let opening = Path.between(upper, lower)
            fill(opening, "white")
            try inside(opening) { $0.drawBall(eyes, pose, key, iris, side) }
        }
        fill(.between(pixels(key.crease), upper), "lid")
        fill(.ribbon(pixels(key.crease), width: 3.2 * scale), "under")
        fill(.ribbon(lower, width: 2.6 * scale), "under")
        fill(.between(pixels(key.lashes), upper), "line")
    }

    /// Iris and shade; only what lies within the lids is seen.
    private func drawBall(_ eyes: PuppetEyes, _ pose: PuppetPose, _ key: PuppetEyes.Key, _ iris: Canvas, _ side: Double)
    {
        let by = Point(pose.gaze.x * eyes.travel.x * -side, pose.gaze.y * eyes.travel.y)
        canvas.transformed(.scale(narrowing, 1).then(.move(pixel(eyes.iris + by)))) {
            canvas.draw(iris, at: Point(-Double(iris.width) / 2, -Double(iris.height) / 2))
        }
        // The lid's shadow on the ball.
        let drop = Point(0, eyes.irisRadius * 0.36)
        fill(.between(pixels(key.upper), pixels(key.upper.map { $0 + drop })), "whiteShade")
    }
}

extension PuppetEyes {
    /// Iris, pupil and lights, drawn once: both eyes have the same, as lamps throw their lights on the same side.
    ///
    /// - Parameters:
    ///   - palette: of the style.
    ///   - scale: pixels for one unit of the figure.
    /// - Returns: with the iris in the middle.
    /// - Throws: `DrawingError`.
    func picture(_ palette: [String: Color], scale: Double) throws(DrawingError) -> Canvas {
        let scale = scale * feature.scale
        let side = Int((irisRadius * scale * 2).rounded(.up)) + 2
        let canvas = try Canvas(width: side, height: side)
        let radius = irisRadius
        func fill(_ name: String, _ x: Double, _ y: Double, _ size: Double) {
            guard let paint = paints[name] else { return }
            // Gradients are laid around the place of the iris.
            canvas.fill(
                .ellipse(Point(x * radius, y * radius), size * radius, size * radius),
                paint.paint(palette) { $0 - iris }
            )
        }
        canvas.transformed(.scale(scale, scale).then(.move(Point(Double(side) / 2, Double(side) / 2)))) {
            fill("irisEdge", 0, 0, 1)
            fill("iris", 0, 0, 0.87)
            // Light that comes through from above lies at the bottom of an iris.
            fill("irisGlow", 0, 0.36, 0.48)
            fill("pupil", 0, 0, pupilRadius / radius)
            fill("light", -0.36, -0.38, 0.27)
            fill("light", 0.4, 0.42, 0.12)
        }
        try canvas.finish()
        return canvas
    }
}
