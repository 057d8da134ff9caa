import CQRCode

/// A text as a field of dark and light squares that telephones read.
package struct QRCode: Hashable, Sendable {
    /// Squares on each side, without the light edge.
    package let size: Int
    private let dark: [Bool]

    /// - Parameter text: an address, as a rule.
    /// - Throws: `DrawingError` with `.tooLongForCode`.
    package init(_ text: String) throws(DrawingError) {
        // A quarter of it may be covered or unsharp.
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_Q) else {
            throw .tooLongForCode(bytes: text.utf8.count)
        }
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        // The lowest bit of each byte says whether it is dark.
        dark = (0..<size * size).map { code.pointee.data[$0] & 1 == 1 }
    }

    package func isDark(column: Int, row: Int) -> Bool { dark[row * size + column] }

    /// Squares of the light edge that the standard asks for.
    private static let edge = 4

    /// Draws it as large as whole pixels allow, with its light edge.
    ///
    /// - Parameters:
    ///   - canvas: where.
    ///   - box: within it; its shorter side counts.
    ///   - ink: of the squares; the ground is to be much lighter.
    ///   - ground: of the rest.
    package func draw(on canvas: Canvas, in box: Box, ink: Color, ground: Color) {
        let squares = size + 2 * QRCode.edge
        let side = min(box.width, box.height)
        let unit = max(1, (side / Double(squares)).rounded(.down))
        let whole = unit * Double(squares)
        let corner = Point((box.center.x - whole / 2).rounded(), (box.center.y - whole / 2).rounded())
        canvas.fill(.rectangle(Box(corner.x, corner.y, whole, whole)), ground)
        var squaresPath = Path()
        for row in 0..<size {
            for column in 0..<size where isDark(column: column, row: row) {
                let x = corner.x + Double(column + QRCode.edge) * unit
                let y = corner.y + Double(row + QRCode.edge) * unit
                squaresPath.add(.rectangle(Box(x, y, unit, unit)))
            }
        }
        canvas.fill(squaresPath, ink)
    }
}
