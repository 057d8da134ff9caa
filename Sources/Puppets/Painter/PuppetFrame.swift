import Drawing

/// Where the figure stands in a box: upright, as large as it goes, on the box's lower edge.
struct PuppetFrame: Hashable {
    let origin: Point
    /// Pixels for one unit.
    let scale: Double

    static let side = 1000.0
    /// So wide a figure has to be seen; the rest of its arms may be cut.
    private static let widthMin = 700.0

    init(_ box: Box) {
        scale = min(box.height / PuppetFrame.side, box.width / PuppetFrame.widthMin)
        origin = Point(box.center.x - PuppetFrame.side / 2 * scale, box.bottom - PuppetFrame.side * scale)
    }

    func pixel(_ point: Point) -> Point { origin + point * scale }
}
