import Drawing
import Testing

@Suite struct CanvasTests {
    @Test func `what is filled has its colour, and the rest has none`() throws {
        let canvas = try Canvas(width: 40, height: 20)
        canvas.fill(.rectangle(Box(10, 5, 20, 10)), Color(1, 0.5, 0))
        try canvas.finish()
        #expect(canvas.color(atX: 20, y: 10)?.description == "#ff8000")
        #expect(canvas.color(atX: 5, y: 10)?.alpha == 0)
        #expect(canvas.color(atX: 40, y: 10) == nil)
    }

    @Test func `sizes that cannot be drawn are refused`() {
        for (width, height) in [(0, 10), (10, -1), (9000, 10)] {
            #expect(throws: DrawingError.size(width: width, height: height)) {
                try Canvas(width: width, height: height)
            }
        }
    }

    @Test func `transforms are done in order, and undone afterwards`() throws {
        let canvas = try Canvas(width: 40, height: 40)
        canvas.transformed(.scale(2, 2).then(.move(Point(10, 0)))) {
            canvas.fill(.rectangle(Box(0, 0, 5, 5)), Color(1, 1, 1))
        }
        canvas.fill(.rectangle(Box(0, 30, 5, 5)), Color(1, 1, 1))
        #expect(canvas.color(atX: 19, y: 9)?.alpha == 1)
        #expect(canvas.color(atX: 9, y: 5)?.alpha == 0)
        #expect(canvas.color(atX: 2, y: 32)?.alpha == 1)
        #expect(canvas.color(atX: 12, y: 32)?.alpha == 0)
    }

    @Test func `points and canvases are transformed alike`() {
        let transform = Transform.turn(.pi / 2, around: Point(10, 10)).then(.move(Point(3, 4)))
        let moved = transform.apply(Point(20, 10))
        #expect(abs(moved.x - 13) < 1e-9 && abs(moved.y - 24) < 1e-9)
    }

    @Test func `a group is seen through as a whole`() throws {
        let canvas = try Canvas(width: 10, height: 10)
        canvas.faded(0.5) {
            canvas.fill(.rectangle(canvas.box), Color(1, 0, 0))
            canvas.fill(.rectangle(canvas.box), Color(0, 0, 1))
        }
        let color = try #require(canvas.color(atX: 5, y: 5))
        #expect(color.red == 0 && color.blue == 1)
        #expect(abs(color.alpha - 0.5) < 0.01)
    }

    @Test func `nothing is drawn outside of a clip`() throws {
        let canvas = try Canvas(width: 20, height: 20)
        canvas.clipped(to: .ellipse(Point(10, 10), 5, 5)) { canvas.fill(.rectangle(canvas.box), Color(0, 1, 0)) }
        #expect(canvas.color(atX: 10, y: 10)?.alpha == 1)
        #expect(canvas.color(atX: 2, y: 2)?.alpha == 0)
    }

    @Test func `a picture is a PNG file`() throws {
        let bytes = try Canvas(width: 3, height: 2).png()
        #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    @Test func `colours are read and written as on the web`() {
        #expect(Color("#ff8000")?.description == "#ff8000")
        #expect(Color("#FF800080")?.description == "#ff800080")
        for wrong in ["ff8000", "#ff80", "#gg0000", "#ff80000", "", "#+f8000"] { #expect(Color(wrong) == nil) }
        let contrast = Color(0, 0, 0).contrast(with: Color(1, 1, 1))
        #expect(abs(contrast - 21) < 0.001)
    }
}
