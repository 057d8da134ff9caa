import Drawing
import JSON

/// Something of the figure that does not change its form: a face, hair, a collar.
package struct PuppetPart: Hashable, Sendable {
    /// A shape on a part.
    struct Detail: Hashable, Sendable {
        let outline: PuppetOutline
        let paint: PuppetPaint
        /// Drawn along the outline with this width; `nil` where it is filled.
        let stroke: Double?
        /// Also seen beyond the part's own outline.
        let isFree: Bool
        let isMirrored: Bool
    }

    /// Light or shade along one side of a part's outline.
    struct Edge: Hashable, Sendable {
        let paint: PuppetPaint
        /// How far the outline is moved; what it leaves of the part is painted.
        let shift: Point
        /// 0 for a hard edge, 1 where it fades out all the way.
        let softness: Double
    }

    let name: String
    let joint: String
    /// What is drawn later has more of it.
    let order: Double
    /// How near it is, in units: it moves so far when the head turns all the way to the side.
    let depth: Double
    /// Whether there is a second one on the other side.
    let isMirrored: Bool
    let outline: PuppetOutline?
    let fill: PuppetPaint?
    let details: [Detail]
    let edges: [Edge]

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        var reader = reader
        if let name = reader.value["name"]?.string { reader.part += " \(name)" }
        reader = DesignReader(reader.value, part: reader.part)
        _ = try reader.members(["name", "joint", "order", "depth", "mirror", "outline", "fill", "details", "edges"])
        name = try reader.at("name").text()
        joint = try reader.at("joint").text()
        order = try reader.at("order").number(0...1000)
        depth = reader.has("depth") ? try reader.at("depth").number(-300...300) : 0
        isMirrored = try reader.at("mirror").flag()
        outline = reader.has("outline") ? try PuppetOutline(reader.at("outline")) : nil
        fill = reader.has("fill") ? try PuppetPaint(reader.at("fill")) : nil
        guard outline != nil || fill == nil else { throw reader.at("fill").problem("needs an outline") }
        var details: [Detail] = []
        for detail in reader.has("details") ? try reader.at("details").elements(1...DesignLimits.detailsMax) : [] {
            details.append(try Detail(detail))
        }
        self.details = details
        var edges: [Edge] = []
        for edge in reader.has("edges") ? try reader.at("edges").elements(1...DesignLimits.edgesMax) : [] {
            edges.append(try Edge(edge))
        }
        guard outline != nil || edges.isEmpty else { throw reader.at("edges").problem("need an outline") }
        self.edges = edges
        guard fill != nil || !details.isEmpty else { throw reader.at("fill").problem("is missing, as are details") }
    }

    var paints: [(field: String, paint: PuppetPaint)] {
        (fill.map { [("fill", $0)] } ?? []) + details.enumerated().map { ("details[\($0)]", $1.paint) }
            + edges.enumerated().map { ("edges[\($0)]", $1.paint) }
    }
}

extension PuppetPart.Detail {
    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(["outline", "fill", "stroke", "width", "free", "mirror"])
        outline = try PuppetOutline(reader.at("outline"))
        guard reader.has("fill") != reader.has("stroke") else { throw reader.problem("must have a fill or a stroke") }
        paint = try PuppetPaint(reader.at(reader.has("fill") ? "fill" : "stroke"))
        guard reader.has("stroke") || !reader.has("width") else { throw reader.at("width").problem("needs a stroke") }
        stroke = reader.has("stroke") ? try reader.at("width").number(0.1...200) : nil
        guard stroke == nil || paint.shape == .solid else { throw reader.at("stroke").problem("must be one colour") }
        isFree = try reader.at("free").flag()
        isMirrored = try reader.at("mirror").flag()
    }
}

extension PuppetPart.Edge {
    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(["paint", "shift", "soft"])
        paint = try PuppetPaint(reader.at("paint"))
        shift = try reader.at("shift").point()
        softness = reader.has("soft") ? try reader.at("soft").number(0...1) : 0
    }
}
