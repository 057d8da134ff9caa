import Drawing

/// A part of the picture that is drawn once for the same content, and then only copied.
struct Layer<Content: Equatable> {
    private var content: Content?
    private(set) var canvas: Canvas?

    /// - Parameters:
    ///   - content: all that the drawing depends on.
    ///   - size: in pixels, at least one each way.
    ///   - body: draws on an empty canvas of that size.
    /// - Returns: the drawing.
    /// - Throws: what the drawing throws; the next call tries again.
    mutating func picture(
        of content: Content,
        size: (width: Int, height: Int),
        _ body: (Canvas) throws -> Void
    ) throws -> Canvas {
        if let canvas, content == self.content, canvas.width == size.width, canvas.height == size.height {
            return canvas
        }
        self.content = nil
        let made: Canvas
        if let canvas, canvas.width == size.width, canvas.height == size.height {
            canvas.clear()
            made = canvas
        } else {
            made = try Canvas(width: max(1, size.width), height: max(1, size.height))
        }
        canvas = made
        try body(made)
        try made.finish()
        self.content = content
        return made
    }
}

extension Box {
    /// As whole pixels, at least one each way.
    var pixels: (width: Int, height: Int) { (max(1, Int(width)), max(1, Int(height))) }
}
