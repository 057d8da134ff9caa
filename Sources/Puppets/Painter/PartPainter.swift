import Drawing

/// Draws parts that do not change their form, in units of the figure.
struct PartPainter {
    let canvas: Canvas
    let palette: [String: Color]
    /// Where the mirror stands.
    let axis: Double

    func draw(_ part: PuppetPart) {
        draw(part, mirrored: false)
        if part.isMirrored { draw(part, mirrored: true) }
    }

    private func draw(_ part: PuppetPart, mirrored: Bool) {
        let place: (Point) -> Point = mirrored ? mirror : { $0 }
        guard let outline = part.outline?.path(place) else {
            for detail in part.details { draw(detail, place) }
            return
        }
        if let fill = part.fill { canvas.fill(outline, fill.paint(palette, place: place)) }
        // Those that are free lie over the edges.
        canvas.clipped(to: outline) { for detail in part.details where !detail.isFree { draw(detail, place) } }
        for edge in part.edges { draw(edge, outline) }
        for detail in part.details where detail.isFree { draw(detail, place) }
    }

    private func mirror(_ point: Point) -> Point { Point(2 * axis - point.x, point.y) }

    private func draw(_ detail: PuppetPart.Detail, _ place: (Point) -> Point) {
        draw(detail.outline.path(place), detail, place)
        guard detail.isMirrored else { return }
        let other: (Point) -> Point = { place(mirror($0)) }
        draw(detail.outline.path(other), detail, other)
    }

    private func draw(_ path: Path, _ detail: PuppetPart.Detail, _ place: (Point) -> Point) {
        if let width = detail.stroke {
            canvas.stroke(path, detail.paint.color(palette), width: width)
        } else {
            canvas.fill(path, detail.paint.paint(palette, place: place))
        }
    }

    // MARK: Edges

    /// Layers that a soft edge is made of.
    private static let softLayers = 7

    private func draw(_ edge: PuppetPart.Edge, _ outline: Path) {
        let layers = edge.softness > 0 ? PartPainter.softLayers : 1
        let paint = edge.paint.paint(palette).opacity(1 / Double(layers))
        canvas.clipped(to: outline) {
            for layer in 0..<layers {
                let share = 1 - edge.softness * Double(layer) / Double(layers)
                canvas.fill(outside(outline.transformed(.move(edge.shift * share))), paint)
            }
        }
    }

    /// All around a closed outline.
    private func outside(_ outline: Path) -> Path {
        let points = outline.points
        let area = zip(points, points.dropFirst() + points.prefix(1)).reduce(0) { sum, pair in
            sum + pair.0.x * pair.1.y - pair.1.x * pair.0.y
        }
        let (low, high) = (-3000.0, 4000.0)
        let corners = [Point(low, low), Point(high, low), Point(high, high), Point(low, high)]
        // Against the outline's own direction, so that it is left out.
        var path = Path.polygon(area > 0 ? corners.reversed() : corners)
        path.add(outline)
        return path
    }
}

extension Paint {
    /// The same, seen through.
    func opacity(_ opacity: Double) -> Paint {
        func faded(_ stops: [Stop]) -> [Stop] { stops.map { Stop($0.at, $0.color.opacity(opacity)) } }
        return switch self {
        case .solid(let color): .solid(color.opacity(opacity))
        case .linear(let from, let to, let stops): .linear(from: from, to: to, stops: faded(stops))
        case .radial(let center, let radius, let stops):
            .radial(center: center, radius: radius, stops: faded(stops))
        }
    }
}
