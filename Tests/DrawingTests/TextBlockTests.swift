import Drawing
import Testing

@Suite struct TextBlockTests {
    private static let texts = [
        "Bitcoin is up two percent", String(repeating: "w", count: 500), "Привет, мир и все остальные",
        "مرحبا بالعالم كله",
        "שלום עולם", "比特币今天上涨了百分之二", "नमस्ते दुनिया", "🚀🌕 to the moon 👩🏽‍🚀", "a\u{202E}b\u{2066}c", "",
        "\u{0}\u{7}tab\there", String(repeating: "长", count: 300), "<b>&amp;</b> <span size='9'>",
    ]

    private func style(_ size: Double = 24) -> TextStyle { TextStyle(size: size, color: Color(1, 1, 1)) }

    @Test(arguments: texts) func `every text stays within its box`(_ text: String) throws {
        let canvas = try Canvas(width: 400, height: 200)
        let box = Box(100, 60, 200, 80)
        let block = try TextBlock(text, style(), width: box.width, linesMax: 2, on: canvas)
        #expect(block.lineCount <= 2)
        #expect(block.width <= box.width)
        block.draw(on: canvas, at: Point(box.x, box.y))
        try canvas.finish()
        var outside = 0
        for y in 0..<canvas.height {
            for x in 0..<canvas.width where !box.inset(-4).contains(Point(Double(x), Double(y))) {
                outside += (canvas.color(atX: x, y: y)?.alpha ?? 0) > 0 ? 1 : 0
            }
        }
        #expect(outside == 0)
    }

    @Test func `a text that is too long is cut and says so`() throws {
        let canvas = try Canvas(width: 400, height: 200)
        let short = try TextBlock("short", style(), width: 300, on: canvas)
        let long = try TextBlock(String(repeating: "long ", count: 100), style(), width: 300, linesMax: 2, on: canvas)
        #expect(!short.isCut && short.lineCount == 1)
        #expect(long.isCut && long.lineCount == 2)
    }

    @Test func `nothing in a text is markup`() throws {
        let canvas = try Canvas(width: 400, height: 100)
        let marked = try TextBlock("<b>x</b>", style(), width: 390, on: canvas)
        let plain = try TextBlock("x", style(), width: 390, on: canvas)
        #expect(marked.width > plain.width * 3)
    }

    @Test func `a code is read as dark and light squares with a light edge`() throws {
        let code = try QRCode("https://station.example/call")
        // The three corners are dark.
        for (column, row) in [(0, 0), (code.size - 1, 0), (0, code.size - 1)] {
            #expect(code.isDark(column: column, row: row))
        }
        let canvas = try Canvas(width: 200, height: 200)
        code.draw(on: canvas, in: canvas.box, ink: Color(0, 0, 0), ground: Color(1, 1, 1))
        #expect(canvas.color(atX: 100, y: 18)?.luminance == 1)
        #expect(throws: DrawingError.tooLongForCode(bytes: 3000)) { try QRCode(String(repeating: "x", count: 3000)) }
    }
}
