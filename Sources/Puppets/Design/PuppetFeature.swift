import Drawing

/// Where a part of the face that changes its form hangs, and how it lies on the head.
package struct PuppetFeature: Hashable, Sendable {
    static let fields: Set<String> = ["joint", "order", "depth", "curve", "at", "scale"]

    let joint: String
    let order: Double
    let depth: Double
    /// How fast depth is lost to the sides, so that what is far narrows as the head turns.
    let curve: Double
    let at: Point
    /// Units of the figure for one of the feature's own.
    let scale: Double

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        joint = try reader.at("joint").text()
        order = try reader.at("order").number(0...1000)
        depth = try reader.at("depth").number(-300...300)
        curve = try reader.at("curve").number(0...0.02)
        at = try reader.at("at").point()
        scale = try reader.at("scale").number(0.05...10)
    }

    /// Where a point of the feature stands in the figure.
    func place(_ point: Point) -> Point { at + point * scale }
}
