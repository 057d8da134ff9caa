package import Drawing
import Glibc

extension Path {
    /// Adds a smooth curve through points, the first of which is where the path stands.
    ///
    /// A centripetal Catmull-Rom curve: it neither loops nor overshoots where points lie close to each other.
    package mutating func addSmooth(_ points: [Point], isClosed: Bool = false) {
        let count = points.count
        guard count > 2 else {
            for point in points.dropFirst() { line(point) }
            return
        }
        for index in 0..<(isClosed ? count : count - 1) {
            let (from, to) = (points[index], points[(index + 1) % count])
            let before = isClosed ? points[(index + count - 1) % count] : points[max(0, index - 1)]
            let after = isClosed ? points[(index + 2) % count] : points[min(count - 1, index + 2)]
            curve(
                Path.handle(before, from, to),
                Path.handle(after, to, from),
                to
            )
        }
        if isClosed { close() }
    }

    /// The handle behind a point on the way to the next one.
    private static func handle(_ before: Point, _ point: Point, _ next: Point) -> Point {
        let (back, ahead) = (sqrt(distance(before, point)), sqrt(distance(point, next)))
        guard ahead > 0.01 else { return point }
        guard back > 0.01 else { return point.mixed(with: next, 1 / 3) }
        let slope =
            ((point - before) * (1 / back) - (next - before) * (1 / (back + ahead)) + (next - point) * (1 / ahead))
        return point + slope * (ahead / 3)
    }

    private static func distance(_ one: Point, _ other: Point) -> Double {
        hypot(one.x - other.x, one.y - other.y)
    }

    /// A closed smooth curve through points.
    package static func ring(_ points: [Point]) -> Path {
        var path = Path()
        guard let first = points.first else { return path }
        path.move(first)
        path.addSmooth(points, isClosed: true)
        return path
    }

    /// An open smooth curve through points.
    package static func smooth(_ points: [Point]) -> Path {
        var path = Path()
        guard let first = points.first else { return path }
        path.move(first)
        path.addSmooth(points)
        return path
    }

    /// What lies between two curves that run side by side, with corners at both ends.
    package static func between(_ one: [Point], _ other: [Point]) -> Path {
        var path = Path.smooth(one)
        guard let end = other.last else { return path }
        path.line(end)
        path.addSmooth(other.reversed())
        path.close()
        return path
    }

    /// A line that is thickest in its middle and ends in points, for lines that run across.
    ///
    /// Filled, it costs a fraction of what a stroke does.
    static func ribbon(_ points: [Point], width: Double) -> Path {
        func edge(_ side: Double) -> [Point] {
            points.enumerated().map { index, point in
                let share = Double(index) / Double(max(1, points.count - 1))
                return Point(point.x, point.y + side * width / 2 * sin(.pi * share))
            }
        }
        return .between(edge(-1), edge(1))
    }

    /// The corners and handles of all steps.
    var points: [Point] {
        steps.flatMap { (step) -> [Point] in
            switch step {
            case .move(let point), .line(let point): [point]
            case .curve(let first, let second, let end): [first, second, end]
            case .close: []
            }
        }
    }
}
