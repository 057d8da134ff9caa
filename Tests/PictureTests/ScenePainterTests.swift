import Bus
import Domain
import Drawing
import Testing

@testable import Picture

@Suite struct ScenePainterTests {
    private static let texts = [
        String(repeating: "W", count: 500), String(repeating: "long words ", count: 60), "Привет, мир", "Ελληνικά",
        "مرحبا بالعالم كله في هذا الصباح الجميل", "שלום עולם", "比特币今天上涨了百分之二", "नमस्ते दुनिया", "🚀🌕👩🏽‍🚀", "",
        "a\u{202E}b\u{2066}c\u{0}\u{7}\u{1B}[31m\ttab\n\n\nline", "<b>&amp;</b>",
        "z" + String(repeating: "\u{0322}\u{0316}\u{035B}", count: 400),
    ]

    private func hostile(_ layout: SceneLayout, _ text: String) throws -> Scene {
        let shown = ShownText(text)
        var scene = try TestScenes.scene(layout)
        scene.stationName = shown
        scene.headline = shown
        scene.lowerThird = LowerThird(name: shown, role: shown, topic: shown)
        scene.captions = Captions(lines: [shown, shown], mark: Captions.Mark(line: 0, word: 0))
        scene.caller = OnAirCaller(name: shown, topic: shown)
        scene.callIn = CallIn(title: shown, address: shown)
        scene.notice = shown
        scene.ticker = PriceTicker(title: shown, rows: try TestScenes.rows())
        return scene
    }

    @Test(arguments: texts) func `nothing is drawn outside of the elements' boxes, whatever the text`(
        _ text: String
    ) throws {
        let theme = try Theme.dark()
        for (size, layouts) in [
            (ContactSheet.Size(320, 180), SceneLayout.allCases), (ContactSheet.Size(180, 320), SceneLayout.allCases),
        ] {
            let painter = try ScenePainter(width: size.width, height: size.height, theme: theme)
            let canvas = try Canvas(width: size.width, height: size.height)
            for layout in layouts {
                let scene = try hostile(layout, text)
                try painter.paint(scene, at: TestScenes.now, on: canvas) { _, box, canvas in
                    canvas.fill(.rectangle(canvas.box), Color(1, 0, 0))
                }
                let boxes = painter.boxes(of: scene)
                #expect(outside(canvas, boxes, theme) == 0, "\(layout)")
            }
        }
    }

    /// Pixels outside of all boxes that are not of the background.
    private func outside(_ canvas: Canvas, _ boxes: SceneBoxes, _ theme: Theme) -> Int {
        let (top, bottom) = (theme.colors.backgroundTop, theme.colors.backgroundBottom)
        var count = 0
        for y in 0..<canvas.height {
            let wanted = top.mixed(with: bottom, (Double(y) + 0.5) / Double(canvas.height))
            for x in 0..<canvas.width {
                let point = Point(Double(x) + 0.5, Double(y) + 0.5)
                guard !boxes.boxes.values.contains(where: { $0.contains(point) }) else { continue }
                guard let color = canvas.color(atX: x, y: y) else { continue }
                let distance = max(
                    abs(color.red - wanted.red),
                    abs(color.green - wanted.green),
                    abs(color.blue - wanted.blue)
                )
                if distance > 3.0 / 255 { count += 1 }
            }
        }
        return count
    }

    @Test func `pictures of any size are drawn`() throws {
        for (width, height) in [(1, 1), (2, 300), (300, 2), (64, 36), (33, 57), (1000, 50)] {
            for layout in SceneLayout.allCases {
                _ = try TestScenes.picture(try TestScenes.scene(layout), ContactSheet.Size(width, height))
            }
        }
        let painter = try ScenePainter(width: 64, height: 36, theme: try Theme.dark())
        let wrong = try Canvas(width: 65, height: 36)
        let scene = try TestScenes.scene(.oneHost)
        #expect(throws: DrawingError.size(width: 65, height: 36)) {
            try painter.paint(scene, at: TestScenes.now, on: wrong) { _, _, _ in }
        }
    }

    @Test func `fonts that are not installed are replaced`() throws {
        var theme = try Theme.dark()
        theme.families = ["No Such Font"]
        let scene = try TestScenes.scene(.standby)
        let with = try TestScenes.picture(scene, theme: theme)
        var mute = scene
        mute.stationName = ""
        mute.notice = nil
        let without = try TestScenes.picture(mute, theme: theme)
        #expect(TestScenes.bytes(with) != TestScenes.bytes(without))
    }

    @Test func `a frame from kept pictures is the same as one of a new painter`() throws {
        let painter = try ScenePainter(width: 320, height: 180, theme: try Theme.light())
        let canvas = try Canvas(width: 320, height: 180)
        for layout in SceneLayout.allCases + SceneLayout.allCases.reversed() {
            var scene = try TestScenes.scene(layout)
            // Few rows stand: the place of a belt that moves depends on what was before.
            scene.ticker = PriceTicker(rows: [try TestScenes.row("BTC-USD", "64250.12")])
            for _ in 0..<2 { try painter.paint(scene, at: TestScenes.now, on: canvas) { _, _, _ in } }
            let fresh = try TestScenes.picture(scene, ContactSheet.Size(320, 180), theme: try Theme.light())
            #expect(TestScenes.bytes(canvas) == TestScenes.bytes(fresh), "\(layout)")
        }
    }

    @Test func `an old chart does not look like one of now`() throws {
        let size = ContactSheet.Size(640, 360)
        func colors(_ ageSeconds: Int64) throws -> Int {
            var scene = try TestScenes.scene(.chartFull)
            scene.chart = try TestScenes.chart(try TestScenes.candles(), ageSeconds: ageSeconds)
            let canvas = try TestScenes.picture(scene, size)
            let theme = try Theme.dark()
            let box = try #require(SceneBoxes(scene, width: 640, height: 360, spacing: theme.spacing)[.chart])
            let wanted = [theme.colors.rise, theme.colors.fall].map(\.description)
            var count = 0
            for y in Int(box.y)..<Int(box.bottom) {
                for x in Int(box.x)..<Int(box.right) {
                    if let color = canvas.color(atX: x, y: y), wanted.contains(color.description) { count += 1 }
                }
            }
            return count
        }
        #expect(try colors(120) > 300)
        #expect(try colors(121) == 0)
        let stale = ChartContent(try TestScenes.chart([], ageSeconds: 500), at: TestScenes.now)
        #expect(stale.staleText == "8 min old" && stale.asOfText == "as of 12:26:36 UTC")
        let future = ChartContent(try TestScenes.chart([], ageSeconds: -60), at: TestScenes.now)
        #expect(future.staleText == "age not known")
    }

    @Test func `hosts are drawn in their boxes and nowhere else`() throws {
        let painter = try ScenePainter(width: 640, height: 360, theme: try Theme.dark())
        let canvas = try Canvas(width: 640, height: 360)
        let scene = try TestScenes.scene(.twoHosts)
        var slots: [HostSlot] = []
        try painter.paint(scene, at: TestScenes.now, on: canvas) { slot, box, canvas in
            slots.append(slot)
            canvas.fill(.rectangle(box), slot == .left ? Color(1, 0, 0) : Color(0, 1, 0))
        }
        #expect(slots == [.left, .right])
        let boxes = painter.boxes(of: scene)
        let (left, right) = (try #require(boxes[.leftHost]).center, try #require(boxes[.rightHost]).center)
        #expect(canvas.color(atX: Int(left.x), y: Int(left.y))?.description == "#ff0000")
        #expect(canvas.color(atX: Int(right.x), y: Int(right.y))?.description == "#00ff00")
    }

    @Test(arguments: SceneTransition.Kind.allCases) func `a transition begins and ends with its scenes`(
        _ kind: SceneTransition.Kind
    ) throws {
        let size = ContactSheet.Size(320, 180)
        var (from, to) = (try TestScenes.scene(.standby), try TestScenes.scene(.chartFull))
        (from.ticker, to.ticker) = (PriceTicker(), PriceTicker())
        let start = TestScenes.now
        let transition = SceneTransition(from: from, to: to, kind: kind, start: start, milliseconds: 400)
        let painter = try ScenePainter(width: size.width, height: size.height, theme: try Theme.dark())
        let canvas = try Canvas(width: size.width, height: size.height)
        func frame(_ milliseconds: Int) throws -> [UInt8] {
            let time = start.advanced(by: .milliseconds(milliseconds))
            try painter.paint(transition, at: time, on: canvas) { _, _, _ in }
            return TestScenes.bytes(canvas)
        }
        let before = try TestScenes.picture(from, size, at: start.advanced(by: .milliseconds(-1)))
        let after = try TestScenes.picture(to, size, at: start.advanced(by: .milliseconds(400)))
        #expect(try frame(-1) == TestScenes.bytes(before))
        let middle = try frame(200)
        #expect(try frame(400) == TestScenes.bytes(after))
        if kind != .cut { #expect(middle != TestScenes.bytes(before) && middle != TestScenes.bytes(after)) }
    }

    @Test func `a sheet shows every layout in every size`() throws {
        let scenes = try SceneLayout.allCases.map { try TestScenes.scene($0) }
        let sizes = [ContactSheet.Size(320, 180), ContactSheet.Size(90, 160)]
        let sheet = try ContactSheet.draw(
            scenes,
            sizes: sizes,
            theme: try Theme.dark(),
            at: TestScenes.now,
            rowHeight: 90
        ) { _, _, _ in }
        #expect(sheet.width == 16 + 160 + 16 + 51 + 16 && sheet.height == 16 + 6 * 106)
    }
}
