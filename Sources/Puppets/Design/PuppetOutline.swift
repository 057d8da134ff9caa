import Drawing
import JSON

/// An outline in units of the figure, written as `M x y` (begin), `L x y ...` (lines), `C ...` (cubic curves, three points
/// each), `R x y ...` (a smooth curve through all points) and `Z` (close).
///
/// `M` with one `R` and `Z` is smooth all around; where one command follows another there is a corner.
package struct PuppetOutline: Hashable, Sendable {
    enum Command: Hashable, Sendable {
        case move(Point)
        case line([Point])
        case curve([Point])
        case smooth([Point])
        case close
    }

    private(set) var commands: [Command] = []

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        let words = try reader.text(bytesMax: DesignLimits.outlineBytes).split(whereSeparator: {
            $0 == " " || $0 == ","
        })
        guard words.first == "M" else { throw reader.problem("must begin with M") }
        var start = 0
        var total = 0
        while start < words.count {
            let end = words[(start + 1)...].firstIndex { $0.first?.isLetter ?? false } ?? words.count
            var points: [Point] = []
            if end > start + 1 {
                let numbers = DesignReader(
                    .string(words[start + 1..<end].joined(separator: " ")),
                    part: reader.part,
                    field: reader.field
                )
                points = try numbers.points(1...DesignLimits.pointsMax)
            }
            total += points.count
            guard total <= DesignLimits.pointsMax else {
                throw reader.problem("must not have more than \(DesignLimits.pointsMax) points")
            }
            try add(words[start], points, reader)
            start = end
        }
    }

    private mutating func add(_ word: Substring, _ points: [Point], _ reader: DesignReader) throws(PuppetDesignError) {
        switch word {
        case "M" where points.count == 1: commands.append(.move(points[0]))
        case "L" where !points.isEmpty: commands.append(.line(points))
        case "R" where !points.isEmpty: commands.append(.smooth(points))
        case "C" where !points.isEmpty && points.count.isMultiple(of: 3): commands.append(.curve(points))
        case "Z" where points.isEmpty: commands.append(.close)
        case "M", "L", "R", "C", "Z": throw reader.problem("\(word) has \(points.count) points")
        default: throw reader.problem("\"\(word)\" is neither a number nor M, L, C, R or Z")
        }
    }

    /// All points, handles included: what is drawn lies near them.
    var points: [Point] {
        commands.flatMap { (command) -> [Point] in
            switch command {
            case .move(let point): [point]
            case .line(let points), .curve(let points), .smooth(let points): points
            case .close: []
            }
        }
    }

    /// What can be drawn.
    ///
    /// - Parameter place: moves each point.
    /// - Returns: the path.
    func path(_ place: (Point) -> Point = { $0 }) -> Path {
        var path = Path()
        var last = Point.zero
        for (index, command) in commands.enumerated() {
            switch command {
            case .move(let point):
                last = place(point)
                path.move(last)
            case .line(let points):
                for point in points { path.line(place(point)) }
                last = points.last.map(place) ?? last
            case .curve(let points):
                for first in stride(from: 0, to: points.count, by: 3) {
                    path.curve(place(points[first]), place(points[first + 1]), place(points[first + 2]))
                }
                last = points.last.map(place) ?? last
            case .smooth(let points):
                let through = [last] + points.map(place)
                path.addSmooth(through, isClosed: isRing(index))
                last = through.last ?? last
            case .close: path.close()
            }
        }
        return path
    }

    /// Whether a smooth curve begins at an `M` and ends in a `Z`, so that it has no corner at all.
    private func isRing(_ index: Int) -> Bool {
        guard index > 0, case .move = commands[index - 1], index + 1 < commands.count else { return false }
        return commands[index + 1] == .close
    }
}
