/// A place on a canvas, in pixels or in a figure's own units; y grows downwards.
package struct Point: Hashable, Sendable, Codable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    package static let zero = Point(0, 0)

    package static func + (one: Point, other: Point) -> Point { Point(one.x + other.x, one.y + other.y) }
    package static func - (one: Point, other: Point) -> Point { Point(one.x - other.x, one.y - other.y) }
    package static func * (one: Point, factor: Double) -> Point { Point(one.x * factor, one.y * factor) }

    /// The point at a share of the way to another one.
    package func mixed(with other: Point, _ share: Double) -> Point { self + (other - self) * share }
}
