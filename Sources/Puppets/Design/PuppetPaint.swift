import Drawing

/// A colour or a gradient by names of the palette: `skin`, `skin/40` (40 % opaque),
/// `linear x0 y0 x1 y1: skin, shade/60@30, shade` (stops with their place in percent) or `radial x y radius: white/50, white/0`.
package struct PuppetPaint: Hashable, Sendable {
    struct Stop: Hashable, Sendable {
        let name: String
        let opacity: Double
        let at: Double
    }

    enum Shape: Hashable, Sendable {
        case solid
        case linear(Point, Point)
        case radial(Point, Double)
    }

    let shape: Shape
    let stops: [Stop]

    init(_ reader: DesignReader) throws(PuppetDesignError) {
        let text = try reader.text(bytesMax: 300)
        let halves = text.split(separator: ":", maxSplits: 1)
        guard halves.count == 2 else {
            shape = .solid
            stops = [try PuppetPaint.stop(text[...], at: 0, reader)]
            return
        }
        var numbers = halves[0].split(separator: " ")
        let kind = numbers.removeFirst()
        let places = numbers.compactMap { Double($0) }.filter(DesignLimits.places.contains)
        switch (kind, places.count, numbers.count) {
        case ("linear", 4, 4): shape = .linear(Point(places[0], places[1]), Point(places[2], places[3]))
        case ("radial", 3, 3) where places[2] > 0: shape = .radial(Point(places[0], places[1]), places[2])
        default: throw reader.problem("must be \"linear x0 y0 x1 y1: ...\" or \"radial x y radius: ...\"")
        }
        let words = halves[1].split(separator: ",")
        guard (2...DesignLimits.stopsMax).contains(words.count) else {
            throw reader.problem("must have 2 to \(DesignLimits.stopsMax) stops")
        }
        var made: [Stop] = []
        for (index, word) in words.enumerated() {
            made.append(try PuppetPaint.stop(word, at: Double(index) / Double(words.count - 1), reader))
        }
        stops = made
    }

    private static func stop(_ word: Substring, at: Double, _ reader: DesignReader) throws(PuppetDesignError) -> Stop {
        func percent(_ text: Substring) throws(PuppetDesignError) -> Double {
            guard let number = Double(text), (0...100).contains(number) else {
                throw reader.problem("\"\(text)\" is no percentage")
            }
            return number / 100
        }
        let placed = word.split(separator: "@", maxSplits: 1)
        let named = (placed.first ?? "").split(separator: "/", maxSplits: 1)
        guard let name = named.first?.split(separator: " ").first else { throw reader.problem("lacks a colour") }
        return Stop(
            name: String(name),
            opacity: named.count == 2 ? try percent(PuppetPaint.trimmed(named[1])) : 1,
            at: placed.count == 2 ? try percent(PuppetPaint.trimmed(placed[1])) : at
        )
    }

    private static func trimmed(_ text: Substring) -> Substring { text.split(separator: " ").first ?? "" }

    /// The first colour that a palette lacks.
    func missing(in palette: [String: Color]) -> String? {
        stops.first { palette[$0.name] == nil }?.name
    }

    /// What to draw with.
    ///
    /// - Parameters:
    ///   - palette: has all names, as `missing` tells; another is drawn as nothing.
    ///   - scale: for the radius.
    ///   - place: moves the points of gradients.
    /// - Returns: the paint.
    func paint(_ palette: [String: Color], scale: Double = 1, place: (Point) -> Point = { $0 }) -> Paint {
        let made = stops.map { Paint.Stop($0.at, (palette[$0.name] ?? Color(0, 0, 0, 0)).opacity($0.opacity)) }
        switch shape {
        case .solid: return .solid(made[0].color)
        case .linear(let from, let to): return .linear(from: place(from), to: place(to), stops: made)
        case .radial(let center, let radius):
            return .radial(center: place(center), radius: radius * scale, stops: made)
        }
    }

    /// The first colour, where there is no gradient.
    func color(_ palette: [String: Color]) -> Color {
        (palette[stops[0].name] ?? Color(0, 0, 0, 0)).opacity(stops[0].opacity)
    }
}
