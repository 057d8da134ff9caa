import Drawing
import Picture
import Testing

@Suite struct SceneBoxesTests {
    private static let sizes: [(Int, Int)] = {
        let usual = [
            (1280, 720), (1920, 1080), (640, 360), (1080, 1920), (3840, 2160), (1024, 768), (1080, 1080), (2560, 1080),
            (720, 1280), (810, 1080), (1079, 1080), (160, 90), (90, 160), (33, 17), (1, 1), (8192, 100), (100, 8192),
        ]
        // Odd sizes, from a generator that always starts alike.
        var state: UInt64 = 7
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 64 + Int(state >> 33) % limit
        }
        return usual + (0..<40).map { _ in (next(2500), next(2500)) }
    }()

    /// Each layout with each choice of what is there.
    private static func scenes() throws -> [Scene] {
        try SceneLayout.allCases.flatMap { layout in
            try (0..<32).map { choice in
                var scene = try TestScenes.scene(layout)
                if choice & 1 == 0 { scene.headline = nil }
                if choice & 2 == 0 { scene.lowerThird = nil }
                if choice & 4 == 0 { scene.captions = nil }
                if choice & 8 == 0 { scene.callIn = nil }
                if choice & 16 == 0 { scene.ticker = PriceTicker() }
                return scene
            }
        }
    }

    private func overlap(_ one: Box, _ other: Box) -> Bool {
        one.x < other.right && other.x < one.right && one.y < other.bottom && other.y < one.bottom
    }

    @Test func `all boxes lie on whole pixels within the safe area, and none over another`() throws {
        let spacing = try Theme.dark().spacing
        let scenes = try Self.scenes()
        for (width, height) in Self.sizes {
            for scene in scenes {
                let boxes = SceneBoxes(scene, width: width, height: height, spacing: spacing)
                let (edgeX, edgeY) = (Double(width) * 0.05, Double(height) * 0.05)
                var problems: [String] = []
                let list = boxes.boxes.filter { $0.value.width > 0 && $0.value.height > 0 }
                for (element, box) in list {
                    let isSafe =
                        box.x >= edgeX && box.y >= edgeY && box.right <= Double(width) - edgeX
                        && box.bottom <= Double(height) - edgeY
                    let isWhole = [box.x, box.y, box.width, box.height].allSatisfy { $0 == $0.rounded() }
                    if !isSafe || !isWhole { problems.append("\(element) \(box)") }
                    for (other, otherBox) in list where other != element && overlap(box, otherBox) {
                        problems.append("\(element) over \(other)")
                    }
                }
                #expect(problems.isEmpty, "\(width) x \(height) \(scene.layout): \(problems)")
            }
        }
    }

    @Test(arguments: ContactSheet.sizes) func `everything that a scene has gets a place of a useful size`(
        _ size: ContactSheet.Size
    ) throws {
        let spacing = try Theme.dark().spacing
        let wanted: [SceneLayout: Set<SceneElement>] = [
            .oneHost: [.leftHost], .twoHosts: [.leftHost, .rightHost], .hostWithChart: [.leftHost, .chart],
            .chartFull: [.chart], .callerOnAir: [.leftHost, .caller], .standby: [.notice, .callIn],
        ]
        for layout in SceneLayout.allCases {
            let boxes = SceneBoxes(
                try TestScenes.scene(layout),
                width: size.width,
                height: size.height,
                spacing: spacing
            )
            let always: Set<SceneElement> = [.station, .clock, .ticker, .lowerThird, .captions]
            for element in always.union(wanted[layout] ?? []) {
                let box = try #require(boxes[element], "\(layout) has no \(element)")
                #expect(box.width >= boxes.base * 0.25 && box.height >= boxes.base * 0.05, "\(layout) \(element)")
            }
            let area = boxes.boxes.values.reduce(0) { $0 + $1.width * $1.height }
            #expect(area > boxes.safe.width * boxes.safe.height * 0.7)
        }
    }

    @Test func `on an upright telephone the words stay clear of what platforms cover`() throws {
        let spacing = try Theme.dark().spacing
        for layout in SceneLayout.allCases {
            let scene = try TestScenes.scene(layout)
            let boxes = SceneBoxes(scene, width: 1080, height: 1920, spacing: spacing)
            let captions = try #require(boxes[.captions])
            let words = captions.inset(boxes.textInset, 0)
            #expect(words.x >= 120 && words.right <= 888 && words.y >= 288 && words.bottom <= 1248)
            for element in [SceneElement.leftHost, .headline, .lowerThird, .chart, .caller, .notice] {
                guard let box = boxes[element] else { continue }
                #expect(box.y >= 288 && box.bottom <= 1248, "\(layout) \(element)")
            }
        }
    }
}
