import Drawing

/// Which parts of a picture have something in them.
///
/// Hair is mostly air within its bounds, and to move air costs as much as to move hair.
struct PictureTiles {
    /// Rectangles with whole pixels that do not overlap, from the picture's middle.
    private(set) var boxes: [Box] = []

    static let side = 16

    init(_ picture: Canvas) {
        let (columns, rows) = (PictureTiles.count(picture.width), PictureTiles.count(picture.height))
        var isFull = Array(repeating: false, count: columns * rows)
        picture.withPixels { bytes in
            let pixels = bytes.bindMemory(to: UInt32.self)
            for y in 0..<picture.height {
                let (row, start) = (y / PictureTiles.side * columns, y * picture.width)
                for column in 0..<columns where !isFull[row + column] {
                    let end = min(picture.width, (column + 1) * PictureTiles.side)
                    var any: UInt32 = 0
                    for x in column * PictureTiles.side..<end { any |= pixels[start + x] }
                    isFull[row + column] = any != 0
                }
            }
        }
        boxes = PictureTiles.boxes(isFull, columns: columns)
        let middle = Point(Double(picture.width / 2), Double(picture.height / 2))
        boxes = boxes.map { Box($0.x - middle.x, $0.y - middle.y, $0.width, $0.height) }
    }

    private static func count(_ pixels: Int) -> Int { (pixels + side - 1) / side }

    /// One box for each run of full tiles in a row; runs that are alike in rows below one another become one.
    private static func boxes(_ isFull: [Bool], columns: Int) -> [Box] {
        var boxes: [Box] = []
        let side = Double(side)
        for row in 0..<isFull.count / max(1, columns) {
            var column = 0
            while column < columns {
                guard isFull[row * columns + column] else {
                    column += 1
                    continue
                }
                let start = column
                while column < columns, isFull[row * columns + column] { column += 1 }
                let run = Box(Double(start) * side, Double(row) * side, Double(column - start) * side, side)
                if let above = boxes.lastIndex(where: { $0.x == run.x && $0.width == run.width && $0.bottom == run.y })
                {
                    boxes[above].height += side
                } else {
                    boxes.append(run)
                }
            }
        }
        return boxes
    }

    /// The same places on a canvas, each larger by some pixels.
    ///
    /// - Parameters:
    ///   - middle: where the picture's middle comes; whole pixels are taken.
    ///   - margin: whole pixels on each side; boxes may overlap by it.
    /// - Returns: an outline to clip to.
    func outline(around middle: Point, margin: Double) -> Path {
        let origin = Point(middle.x.rounded(.down), middle.y.rounded(.down))
        var path = Path()
        for box in boxes {
            path.add(.rectangle(Box(box.x + origin.x, box.y + origin.y, box.width, box.height).inset(-margin)))
        }
        return path
    }
}
