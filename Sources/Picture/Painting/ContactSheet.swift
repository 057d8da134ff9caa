package import Bus
package import Drawing

/// Small pictures of all layouts in all sizes, to look at them side by side.
package enum ContactSheet {
    package struct Size: Hashable, Sendable {
        package let width: Int
        package let height: Int

        package init(_ width: Int, _ height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// The sizes that the station sends.
    package static let sizes = [Size(1280, 720), Size(1920, 1080), Size(640, 360), Size(1080, 1920)]

    /// - Parameters:
    ///   - scenes: a row for each.
    ///   - sizes: a column for each.
    ///   - theme: of all pictures.
    ///   - time: of all pictures.
    ///   - rowHeight: of each small picture, in pixels.
    ///   - drawHost: as for the painter.
    /// - Returns: the sheet.
    /// - Throws: `DrawingError`, or what `drawHost` throws.
    package static func draw(
        _ scenes: [Scene],
        sizes: [Size] = sizes,
        theme: Theme,
        at time: Timestamp,
        rowHeight: Int = 360,
        drawHost: ScenePainter.DrawHost
    ) throws -> Canvas {
        let edge = 16.0
        let widths = sizes.map { (Double($0.width) * Double(rowHeight) / Double(max(1, $0.height))).rounded() }
        let sheet = try Canvas(
            width: Int(widths.reduce(edge) { $0 + $1 + edge }),
            height: Int(edge) + scenes.count * (rowHeight + Int(edge))
        )
        sheet.clear(Color(0.5, 0.5, 0.5))
        var x = edge
        for (size, width) in zip(sizes, widths) {
            let painter = try ScenePainter(width: size.width, height: size.height, theme: theme)
            let picture = try Canvas(width: size.width, height: size.height)
            for (index, scene) in scenes.enumerated() {
                try painter.paint(scene, at: time, on: picture, drawHost: drawHost)
                let y = edge + Double(index) * (Double(rowHeight) + edge)
                let scale = Double(rowHeight) / Double(size.height)
                sheet.transformed(.scale(scale, scale).then(.move(Point(x, y)))) { sheet.draw(picture) }
            }
            x += width + edge
        }
        try sheet.finish()
        return sheet
    }
}
