import Drawing

/// Everything a host can do on one picture, with labels: for those who judge a design.
package struct ContactSheet {
    private let design: PuppetDesign
    private let cell: Double
    private let canvas: Canvas

    private static let columns = 6
    private static let label = 0.1
    /// Mouths, moods and states with styles.
    private static let rows = 5

    /// - Parameters:
    ///   - design: of the host.
    ///   - cell: side of one picture, 60 to 800 pixels.
    /// - Throws: `DrawingError.size` for another side.
    package init(_ design: PuppetDesign, cell: Int = 300) throws {
        guard (60...800).contains(cell) else { throw DrawingError.size(width: cell, height: cell) }
        self.design = design
        self.cell = Double(cell)
        canvas = try Canvas(
            width: cell * ContactSheet.columns,
            height: Int(Double(cell * ContactSheet.rows) * (1 + ContactSheet.label))
        )
    }

    /// Draws it.
    ///
    /// - Returns: a PNG file.
    /// - Throws: `DrawingError`.
    package func png() throws -> [UInt8] {
        canvas.clear(Color(0.09, 0.11, 0.17))
        let casual = PuppetPainter(design, style: .casual)
        var place = 0
        for shape in MouthPose.Shape.allCases {
            let pose = PuppetPose(mood: .neutral, mouth: MouthPose(shape))
            try draw(casual, pose, "mouth \(shape.letter)", &place)
        }
        for mood in PuppetMood.allCases { try draw(casual, PuppetPose(mood: mood), mood.rawValue, &place) }
        for state in PuppetState.allCases {
            try draw(casual, PuppetPose(mood: .neutral, state: state), state.rawValue, &place)
        }
        for (name, change) in ContactSheet.movements {
            var pose = PuppetPose(mood: .neutral)
            change(&pose)
            try draw(casual, pose, name, &place)
        }
        for style in PuppetStyle.allCases {
            let painter = PuppetPainter(design, style: style)
            try draw(painter, PuppetPose(mood: .neutral), style.rawValue, &place)
            try draw(painter, PuppetPose(mood: .happy, mouth: MouthPose(.b)), "\(style.rawValue), happy", &place)
        }
        return try canvas.png()
    }

    private static let movements: [(String, @Sendable (inout PuppetPose) -> Void)] = [
        ("turned left", { $0.turn = -1 }),
        ("turned right", { $0.turn = 1 }),
        ("tilted", { $0.tilt = 0.8 }),
        ("nodding", { $0.nod = 1 }),
        ("blinking", { $0.lids = 1 }),
        ("half closed", { $0.lids = 0.5 }),
    ]

    private func draw(_ painter: PuppetPainter, _ pose: PuppetPose, _ name: String, _ place: inout Int) throws {
        let height = cell * (1 + ContactSheet.label)
        let column = Double(place % ContactSheet.columns)
        let row = Double(place / ContactSheet.columns)
        place += 1
        let box = Box(column * cell, row * height, cell, height)
        canvas.fill(.rectangle(box.inset(1)), Color(0.16, 0.19, 0.28))
        try painter.draw(pose, in: Box(box.x + 1, box.y + 1, cell - 2, cell - 1), on: canvas)
        let style = TextStyle(size: cell * 0.062, color: Color(0.9, 0.92, 0.96))
        let text = try TextBlock(name, style, width: cell - 12, on: canvas)
        text.draw(on: canvas, at: Point(box.x + 8, box.y + cell + 1))
    }
}
