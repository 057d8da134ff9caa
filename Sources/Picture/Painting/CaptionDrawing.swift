import Drawing

/// The lines of what is said, in the middle of their box.
struct CaptionDrawing {
    let style: SceneStyle

    /// From line to line, in letters.
    private static let pitch = 1.34

    /// - Throws: `DrawingError`.
    func draw(_ captions: Captions, on canvas: Canvas, in box: Box) throws {
        let inner = box.inset(style.padding * 0.75, 0)
        let size = try size(of: captions, in: inner, room: inner.height / Double(Captions.linesMax), on: canvas)
        let room = min(inner.height / Double(Captions.linesMax), (size * style.base * CaptionDrawing.pitch).rounded())
        let look = style.text(size, style.colors.captionText, .medium, .center)
        let top = inner.center.y - room * Double(captions.lines.count) / 2
        for (index, line) in captions.lines.enumerated() where !line.isBlank {
            let block = try TextBlock(line.text, look, width: inner.width, on: canvas)
            let row = Box(inner.x, top + room * Double(index), inner.width, room)
            // The middle of the letters is below the middle of the line, which has room for accents above.
            let point = Point(row.x, (row.center.y - block.height / 2).rounded())
            guard let mark = captions.mark, mark.line == index,
                let word = try span(ofWord: mark.word, in: line.text, look, row, block, on: canvas)
            else {
                block.draw(on: canvas, at: point)
                continue
            }
            try draw(line.text, block, look, at: point, row: row, word: word, on: canvas)
        }
    }

    /// One size for both lines, a little smaller for wide letters.
    private func size(of captions: Captions, in box: Box, room: Double, on canvas: Canvas) throws -> Double {
        var size = style.theme.sizes.caption
        for line in captions.lines {
            while size > style.theme.sizes.caption * 0.64 {
                let look = style.text(size, style.colors.captionText, .medium)
                let block = try TextBlock(line.text, look, width: box.width, on: canvas)
                guard block.isCut || block.height > room * 1.2 else { break }
                size *= 0.94
            }
        }
        return size
    }

    /// The part of the line with the word in another colour, and the rest around it.
    private func draw(
        _ text: String,
        _ block: TextBlock,
        _ look: TextStyle,
        at point: Point,
        row: Box,
        word: Box,
        on canvas: Canvas
    ) throws {
        var marked = look
        marked.color = style.colors.captionMark
        let bright = try TextBlock(text, marked, width: row.width, on: canvas)
        canvas.clipped(to: .rectangle(word)) { bright.draw(on: canvas, at: point) }
        for part in [
            Box(row.x, row.y, max(0, word.x - row.x), row.height),
            Box(word.right, row.y, max(0, row.right - word.right), row.height),
        ] { canvas.clipped(to: .rectangle(part)) { block.draw(on: canvas, at: point) } }
    }

    /// Where a word stands in a line that is set in the middle.
    ///
    /// - Returns: `nil` where there is no such word, where the line is cut, or where words of both directions mingle.
    private func span(
        ofWord number: Int,
        in text: String,
        _ look: TextStyle,
        _ row: Box,
        _ block: TextBlock,
        on canvas: Canvas
    ) throws -> Box? {
        let direction = TextDirection(ofAll: text)
        let words = text.split(separator: " ")
        guard !block.isCut, direction != .mixed, words.indices.contains(number) else { return nil }
        func width(_ part: Substring) throws -> Double {
            part.isEmpty ? 0 : try TextBlock(String(part), look, width: row.width, on: canvas).width
        }
        let before = try width(text[..<words[number].startIndex])
        let through = try width(text[..<words[number].endIndex])
        let left = row.center.x - block.width / 2
        let x = direction == .rightToLeft ? left + block.width - through : left + before
        return Box(x, row.y, through - before, row.height)
    }
}
