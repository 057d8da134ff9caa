import Drawing

/// Draws what changes its form: with outlines for each pose, not with pictures.
struct FeaturePainter {
    private(set) var canvas: Canvas
    let feature: PuppetFeature
    let palette: [String: Color]
    let paints: [String: PuppetPaint]
    private let rig: PuppetRig
    private let frame: PuppetFrame
    private let isMirrored: Bool
    private let moved: Transform
    private let axis: Double
    private let scratch: ScratchCanvas

    init(
        _ canvas: Canvas,
        _ feature: PuppetFeature,
        _ palette: [String: Color],
        _ paints: [String: PuppetPaint],
        _ rig: PuppetRig,
        _ frame: PuppetFrame,
        scratch: ScratchCanvas,
        mirrored: Bool = false
    ) {
        (self.canvas, self.feature, self.palette, self.paints) = (canvas, feature, palette, paints)
        (self.rig, self.frame, isMirrored) = (rig, frame, mirrored)
        moved = rig.placement(feature.joint).transform
        axis = rig.axis(feature.joint)
        self.scratch = scratch
    }

    /// Where a point of the feature comes, in pixels.
    func pixel(_ point: Point) -> Point {
        var place = feature.place(point)
        if isMirrored { place.x = 2 * axis - place.x }
        let side = place.x - axis
        let depth = feature.depth - feature.curve * side * side
        return frame.pixel(moved.apply(rig.seen(place, feature.joint, depth)))
    }

    func pixels(_ points: [Point]) -> [Point] { points.map(pixel) }

    /// Pixels for one of the feature's units.
    var scale: Double { feature.scale * frame.scale }

    /// How round things look from the side.
    var narrowing: Double { rig.narrowing(feature.joint) }

    /// - Parameters:
    ///   - path: in pixels.
    ///   - paint: its name.
    func fill(_ path: Path, _ paint: String) {
        guard let paint = paints[paint] else { return }
        canvas.fill(path, paint.paint(palette, scale: scale, place: pixel))
    }

    /// Draws what is seen through an opening only: elsewhere first, so that there is one picture to clip, not many shapes.
    func inside(_ opening: Path, _ body: (FeaturePainter) -> Void) throws(DrawingError) {
        let points = opening.points
        guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let top = points.map(\.y).min(),
            let bottom = points.map(\.y).max()
        else { return }
        let corner = Point(left.rounded(.down), top.rounded(.down))
        var other = self
        other.canvas = try scratch.canvas(width: right - corner.x, height: bottom - corner.y)
        other.canvas.transformed(.move(corner * -1)) { body(other) }
        canvas.clipped(to: opening) { canvas.draw(other.canvas, at: corner) }
    }
}
