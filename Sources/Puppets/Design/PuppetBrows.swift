import Drawing

/// The left eyebrow, as a viewer sees it; the right one is its mirror image.
package struct PuppetBrows: Hashable, Sendable {
    static let pointCount = 10

    let feature: PuppetFeature
    let rest: [Point]
    let up: [Point]
    let down: [Point]
    let worry: [Point]
    let fill: PuppetPaint

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(PuppetFeature.fields.union(["keys", "fill"]))
        feature = try PuppetFeature(reader)
        let keys = reader.at("keys")
        _ = try keys.members(["rest", "up", "down", "worry"])
        let count = PuppetBrows.pointCount...PuppetBrows.pointCount
        rest = try keys.at("rest").points(count)
        up = try keys.at("up").points(count)
        down = try keys.at("down").points(count)
        worry = try keys.at("worry").points(count)
        fill = try PuppetPaint(reader.at("fill"))
    }

    func points(_ brow: PuppetPose.Brow) -> [Point] {
        rest.indices.map { index in
            let point = rest[index]
            return point + (up[index] - point) * brow.up + (down[index] - point) * brow.down
                + (worry[index] - point) * brow.worry
        }
    }
}
