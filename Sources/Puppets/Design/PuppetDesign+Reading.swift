import Drawing
import JSON

extension PuppetDesign {
    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(["name", "about", "palette", "joints", "parts", "eyes", "brows", "mouth", "styles"])
        name = try reader.at("name").text()
        about = try reader.at("about").text(bytesMax: 300)
        palette = try PuppetDesign.palette(reader.at("palette"))
        joints = try PuppetJoint.all(reader.partAt("joints"))
        parts = try PuppetDesign.parts(reader.at("parts"), 1...DesignLimits.partsMax)
        eyes = try PuppetEyes(reader.partAt("eyes"))
        brows = try PuppetBrows(reader.partAt("brows"))
        mouth = try PuppetMouth(reader.partAt("mouth"))
        let wardrobes = reader.partAt("styles")
        _ = try wardrobes.members(Set(PuppetStyle.allCases.map(\.rawValue)))
        var styles: [PuppetStyle: Wardrobe] = [:]
        for style in PuppetStyle.allCases { styles[style] = try Wardrobe(wardrobes.partAt(style.rawValue)) }
        self.styles = styles
        try check()
    }

    static func palette(_ reader: DesignReader) throws(PuppetDesignError) -> [String: Color] {
        guard let names = reader.value.object?.keys, names.count <= DesignLimits.paletteMax else {
            throw reader.problem("must be an object of at most \(DesignLimits.paletteMax) colours")
        }
        var palette: [String: Color] = [:]
        for name in names.sorted() {
            let text = try reader.at(name).text()
            guard let color = Color(text) else { throw reader.at(name).problem("must be #RRGGBB or #RRGGBBAA") }
            palette[name] = color
        }
        return palette
    }

    static func parts(_ reader: DesignReader, _ counts: ClosedRange<Int>) throws(PuppetDesignError) -> [PuppetPart] {
        var parts: [PuppetPart] = []
        for part in try reader.elements(counts) {
            let field = reader.part.isEmpty ? part.field : "\(reader.part) \(part.field)"
            parts.append(try PuppetPart(DesignReader(part.value, part: field)))
        }
        return parts
    }

    /// Paints by their names, of which none may be missing.
    static func paints(_ reader: DesignReader, _ names: [String]) throws(PuppetDesignError) -> [String: PuppetPaint] {
        _ = try reader.members(Set(names))
        var paints: [String: PuppetPaint] = [:]
        for name in names { paints[name] = try PuppetPaint(reader.at(name)) }
        return paints
    }

    /// Whether every name stands for something, in every style.
    private func check() throws(PuppetDesignError) {
        for style in PuppetStyle.allCases {
            let colors = palette(style)
            for part in parts(style) {
                try check(part.joint, "\(style) \(part.name)")
                for (field, paint) in part.paints { try check(paint, colors, "\(style) \(part.name)", field) }
            }
            for (name, paint) in eyes.paints { try check(paint, colors, "eyes", "paints.\(name)") }
            for (name, paint) in mouth.paints { try check(paint, colors, "mouth", "paints.\(name)") }
            try check(brows.fill, colors, "brows", "fill")
        }
        for (name, feature) in [("eyes", eyes.feature), ("brows", brows.feature), ("mouth", mouth.feature)] {
            try check(feature.joint, name)
        }
    }

    private func check(_ joint: String, _ part: String) throws(PuppetDesignError) {
        guard joints[joint] != nil else {
            throw PuppetDesignError(part: part, field: "joint", problem: "there is no joint \"\(joint)\"")
        }
    }

    private func check(
        _ paint: PuppetPaint,
        _ colors: [String: Color],
        _ part: String,
        _ field: String
    ) throws(PuppetDesignError) {
        guard let missing = paint.missing(in: colors) else { return }
        throw PuppetDesignError(part: part, field: field, problem: "the palette has no \"\(missing)\"")
    }
}

extension PuppetDesign.Wardrobe {
    init(_ reader: DesignReader) throws(PuppetDesignError) {
        _ = try reader.members(["palette", "hidden", "parts"])
        palette = reader.has("palette") ? try PuppetDesign.palette(reader.at("palette")) : [:]
        var hidden: Set<String> = []
        for name in reader.has("hidden") ? try reader.at("hidden").elements(0...DesignLimits.partsMax) : [] {
            hidden.insert(try name.text())
        }
        self.hidden = hidden
        parts = try PuppetDesign.parts(reader.at("parts"), 0...DesignLimits.partsMax)
    }
}
