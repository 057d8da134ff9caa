import CCairo

/// A picture that is drawn on, with four bytes for each pixel: blue, green, red and opacity, multiplied by it.
///
/// Of one task or thread at a time. What goes wrong while drawing leaves the rest undrawn and is told by `finish`.
package final class Canvas {
    package let width: Int
    package let height: Int
    let context: OpaquePointer
    let surface: OpaquePointer

    /// The largest side: enough for a still of twice 4K.
    private static let sideMax = 8192

    /// Transparent all over.
    ///
    /// - Throws: `DrawingError`.
    package init(width: Int, height: Int) throws(DrawingError) {
        guard (1...Canvas.sideMax).contains(width), (1...Canvas.sideMax).contains(height) else {
            throw .size(width: width, height: height)
        }
        guard let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height)),
            let context = cairo_create(surface)
        else { throw .library("no memory") }
        self.width = width
        self.height = height
        self.surface = surface
        self.context = context
        try finish()
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    package var box: Box { Box(0, 0, Double(width), Double(height)) }

    /// Ends what was drawn so far.
    ///
    /// - Throws: `DrawingError` where the library has given up in between.
    package func finish() throws(DrawingError) {
        cairo_surface_flush(surface)
        let status = cairo_status(context)
        guard status == CAIRO_STATUS_SUCCESS else {
            throw .library(cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown")
        }
    }

    /// The bytes of all rows; rows follow one another without a gap.
    package func withPixels<Result, Problem: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        cairo_surface_flush(surface)
        // Four bytes for each pixel need no padding at the end of a row.
        let bytes = UnsafeRawBufferPointer(start: cairo_image_surface_get_data(surface), count: width * height * 4)
        return try body(bytes)
    }

    /// The colour of one pixel; `nil` outside.
    package func color(atX x: Int, y: Int) -> Color? {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return nil }
        return withPixels { bytes in
            let place = (y * width + x) * 4
            let alpha = Double(bytes[place + 3]) / 255
            guard alpha > 0 else { return Color(0, 0, 0, 0) }
            func part(_ offset: Int) -> Double { min(1, Double(bytes[place + offset]) / 255 / alpha) }
            return Color(part(2), part(1), part(0), alpha)
        }
    }

    // MARK: Outlines

    package func fill(_ path: Path, _ paint: Paint) {
        trace(path)
        use(paint)
        cairo_fill(context)
    }

    package func fill(_ path: Path, _ color: Color) { fill(path, .solid(color)) }

    /// Draws along an outline.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - color: with what.
    ///   - width: of the line; ends and corners are round.
    package func stroke(_ path: Path, _ color: Color, width: Double) {
        trace(path)
        use(.solid(color))
        cairo_set_line_width(context, width)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_stroke(context)
    }

    /// Fills all of it, whatever was there.
    package func clear(_ color: Color = Color(0, 0, 0, 0)) {
        cairo_save(context)
        cairo_set_operator(context, CAIRO_OPERATOR_SOURCE)
        use(.solid(color))
        cairo_paint(context)
        cairo_restore(context)
    }

    /// Draws another picture.
    ///
    /// - Parameters:
    ///   - picture: itself cannot be drawn on itself.
    ///   - point: where its upper left corner comes.
    ///   - opacity: 0 to 1.
    package func draw(_ picture: Canvas, at point: Point = .zero, opacity: Double = 1) {
        cairo_surface_flush(picture.surface)
        cairo_set_source_surface(context, picture.surface, point.x, point.y)
        if opacity < 1 { cairo_paint_with_alpha(context, opacity) } else { cairo_paint(context) }
    }

    // MARK: Around

    /// Whatever the body draws is moved by the transform.
    package func transformed(_ transform: Transform, _ body: () throws -> Void) rethrows {
        var matrix = cairo_matrix_t(
            xx: transform.xx,
            yx: transform.yx,
            xy: transform.xy,
            yy: transform.yy,
            x0: transform.x0,
            y0: transform.y0
        )
        cairo_save(context)
        defer { cairo_restore(context) }
        cairo_transform(context, &matrix)
        try body()
    }

    /// Whatever the body draws outside of an outline is not seen.
    package func clipped(to path: Path, _ body: () throws -> Void) rethrows {
        cairo_save(context)
        defer { cairo_restore(context) }
        trace(path)
        cairo_clip(context)
        try body()
    }

    /// Whatever the body draws is seen through as a whole.
    package func faded(_ opacity: Double, _ body: () throws -> Void) rethrows {
        guard opacity < 1 else { return try body() }
        guard opacity > 0 else { return }
        cairo_push_group(context)
        defer {
            cairo_pop_group_to_source(context)
            cairo_paint_with_alpha(context, opacity)
        }
        try body()
    }

    // MARK: The library

    private func trace(_ path: Path) {
        cairo_new_path(context)
        for step in path.steps {
            switch step {
            case .move(let point): cairo_move_to(context, point.x, point.y)
            case .line(let point): cairo_line_to(context, point.x, point.y)
            case .curve(let first, let second, let end):
                cairo_curve_to(context, first.x, first.y, second.x, second.y, end.x, end.y)
            case .close: cairo_close_path(context)
            }
        }
    }

    func use(_ paint: Paint) {
        switch paint {
        case .solid(let color): cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
        case .linear(let from, let to, let stops):
            use(cairo_pattern_create_linear(from.x, from.y, to.x, to.y), stops)
        case .radial(let center, let radius, let stops):
            use(cairo_pattern_create_radial(center.x, center.y, 0, center.x, center.y, radius), stops)
        }
    }

    private func use(_ pattern: OpaquePointer?, _ stops: [Paint.Stop]) {
        for stop in stops {
            let color = stop.color
            cairo_pattern_add_color_stop_rgba(pattern, stop.at, color.red, color.green, color.blue, color.alpha)
        }
        cairo_set_source(context, pattern)
        cairo_pattern_destroy(pattern)
    }
}
