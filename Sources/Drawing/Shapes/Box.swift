/// A rectangle with upright sides.
package struct Box: Hashable, Sendable, Codable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var right: Double { x + width }
    package var bottom: Double { y + height }
    package var center: Point { Point(x + width / 2, y + height / 2) }

    /// What is left when so much is taken from each side; never less than nothing.
    package func inset(_ horizontal: Double, _ vertical: Double) -> Box {
        Box(x + horizontal, y + vertical, max(0, width - 2 * horizontal), max(0, height - 2 * vertical))
    }

    /// What is left when so much is taken from each side; never less than nothing.
    package func inset(_ amount: Double) -> Box { inset(amount, amount) }

    package func contains(_ point: Point) -> Bool {
        point.x >= x && point.x <= right && point.y >= y && point.y <= bottom
    }
}
