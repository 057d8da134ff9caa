import Glibc

/// An outline of lines and curves, without a colour.
package struct Path: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case move(Point)
        case line(Point)
        /// A cubic curve with its two handles.
        case curve(Point, Point, Point)
        case close
    }

    package private(set) var steps: [Step] = []

    package init() {}

    package mutating func move(_ point: Point) { steps.append(.move(point)) }
    package mutating func line(_ point: Point) { steps.append(.line(point)) }
    package mutating func curve(_ first: Point, _ second: Point, _ end: Point) {
        steps.append(.curve(first, second, end))
    }
    package mutating func close() { steps.append(.close) }
    package mutating func add(_ path: Path) { steps += path.steps }

    package func transformed(_ transform: Transform) -> Path {
        var path = Path()
        path.steps = steps.map {
            switch $0 {
            case .move(let point): .move(transform.apply(point))
            case .line(let point): .line(transform.apply(point))
            case .curve(let first, let second, let end):
                .curve(transform.apply(first), transform.apply(second), transform.apply(end))
            case .close: .close
            }
        }
        return path
    }

    // MARK: Shapes

    package static func line(_ from: Point, _ to: Point) -> Path {
        var path = Path()
        path.move(from)
        path.line(to)
        return path
    }

    package static func polygon(_ points: [Point]) -> Path {
        var path = Path.open(points)
        if !points.isEmpty { path.close() }
        return path
    }

    /// Straight lines through points, not closed.
    package static func open(_ points: [Point]) -> Path {
        var path = Path()
        for (index, point) in points.enumerated() { index == 0 ? path.move(point) : path.line(point) }
        return path
    }

    package static func rectangle(_ box: Box) -> Path { rounded(box, radius: 0) }

    package static func rounded(_ box: Box, radius: Double) -> Path {
        let radius = min(max(0, radius), box.width / 2, box.height / 2)
        guard radius > 0 else {
            return polygon([
                Point(box.x, box.y), Point(box.right, box.y), Point(box.right, box.bottom), Point(box.x, box.bottom),
            ])
        }
        let handle = radius * (1 - arc)
        var path = Path()
        path.move(Point(box.x + radius, box.y))
        path.line(Point(box.right - radius, box.y))
        path.curve(
            Point(box.right - handle, box.y),
            Point(box.right, box.y + handle),
            Point(box.right, box.y + radius)
        )
        path.line(Point(box.right, box.bottom - radius))
        path.curve(
            Point(box.right, box.bottom - handle),
            Point(box.right - handle, box.bottom),
            Point(box.right - radius, box.bottom)
        )
        path.line(Point(box.x + radius, box.bottom))
        path.curve(
            Point(box.x + handle, box.bottom),
            Point(box.x, box.bottom - handle),
            Point(box.x, box.bottom - radius)
        )
        path.line(Point(box.x, box.y + radius))
        path.curve(Point(box.x, box.y + handle), Point(box.x + handle, box.y), Point(box.x + radius, box.y))
        path.close()
        return path
    }

    package static func ellipse(_ center: Point, _ radiusX: Double, _ radiusY: Double) -> Path {
        let (dx, dy) = (radiusX * arc, radiusY * arc)
        var path = Path()
        path.move(Point(center.x + radiusX, center.y))
        path.curve(
            Point(center.x + radiusX, center.y + dy),
            Point(center.x + dx, center.y + radiusY),
            Point(center.x, center.y + radiusY)
        )
        path.curve(
            Point(center.x - dx, center.y + radiusY),
            Point(center.x - radiusX, center.y + dy),
            Point(center.x - radiusX, center.y)
        )
        path.curve(
            Point(center.x - radiusX, center.y - dy),
            Point(center.x - dx, center.y - radiusY),
            Point(center.x, center.y - radiusY)
        )
        path.curve(
            Point(center.x + dx, center.y - radiusY),
            Point(center.x + radiusX, center.y - dy),
            Point(center.x + radiusX, center.y)
        )
        path.close()
        return path
    }

    /// How far the handles of a quarter of a circle stand from its ends, in radii.
    private static let arc = 4.0 / 3 * (sqrt(2.0) - 1)
}
