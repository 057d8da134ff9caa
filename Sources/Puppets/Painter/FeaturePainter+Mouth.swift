import Drawing

extension FeaturePainter {
    /// Draws a mouth.
    ///
    /// - Parameters:
    ///   - key: as the pose has it.
    ///   - open: how far it is open, 0 to 1.
    /// - Throws: `DrawingError`.
    func draw(_ key: PuppetMouth.Key, open: Double) throws(DrawingError) {
        let (outer, inner) = (pixels(key.outer), pixels(key.inner))
        let opening = Path.mouth(inner)
        let lips = Path.mouth(outer)
        fill(lips, "upperLip")
        fill(.between(Array(outer[6...]) + [outer[0]], Array(inner[6...]) + [inner[0]]), "lowerLip")
        drawGloss(key)
        if key.openness > PuppetMouth.opennessMin {
            fill(opening, "inside")
            try inside(opening) { $0.drawInside(key, inner) }
        }
        drawLine(inner, open: open)
        // A shadow below the lower lip makes it stand out.
        let below = key.outer[7...11].map { $0 + Point(0, 9) }
        fill(.between(pixels(Array(below)), Array(outer[7...11])), "shade")
    }

    private func drawInside(_ key: PuppetMouth.Key, _ inner: [Point]) {
        fill(.ring(pixels(key.tongue)), "tongue")
        fill(.ring(pixels(key.lowerTeeth)), "teethShade")
        fill(.ring(pixels(key.upperTeeth)), "teeth")
        // The upper lip throws a shadow on the teeth.
        let drop = Point(0, 4 * scale)
        fill(.between(Array(inner[0...6]), inner[0...6].map { $0 + drop }), "line")
    }

    /// Where the lips meet, or the dark of their edge.
    private func drawLine(_ inner: [Point], open: Double) {
        fill(.ribbon(Array(inner[0...6]), width: (4.2 - 1.2 * open) * scale), "line")
    }

    private func drawGloss(_ key: PuppetMouth.Key) {
        let (top, bottom) = (key.inner[9], key.outer[9])
        let middle = top.mixed(with: bottom, 0.5)
        let half = Point(max(1, (key.outer[8].x - key.outer[10].x) * 0.24), max(0.5, (bottom.y - top.y) * 0.13))
        let place = pixel(middle)
        fill(.ellipse(place, half.x * scale, half.y * scale), "gloss")
    }
}

extension Path {
    /// Over the upper lip to the right corner, and back over the lower one; both corners are sharp.
    static func mouth(_ points: [Point]) -> Path {
        .between(Array(points[0...6]), [points[0]] + points[6...].reversed())
    }
}

extension PuppetMouth {
    /// Lips that are less apart than this touch, in the feature's units.
    static let opennessMin = 1.2
}
