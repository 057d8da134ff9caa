import Bus
import Domain
import Drawing
import Testing

@testable import Picture

@Suite struct TickerTests {
    private let now = TestScenes.now

    private func cells(_ names: [String], width: Double = 300) -> [TickerBelt.Cell] {
        names.map { TickerBelt.Cell(name: $0, width: width) }
    }

    /// Where a cell is, by frames of a thirtieth of a second.
    private func frame(_ number: Int64) -> Timestamp { now.advanced(by: .nanoseconds(number * 1_000_000_000 / 30)) }

    @Test func `every cell moves by the same way from frame to frame, over several rounds`() {
        var belt = TickerBelt()
        let list = cells(["A", "B", "C", "D"])
        var last: [TickerBelt.Place] = []
        for number in 0..<3000 {
            let places = belt.places(list, at: frame(Int64(number)), speed: 61, track: 1000)
            // The band is full, without holes.
            #expect((places.first?.x ?? 1) <= 0 && (places.last?.x ?? 0) + 300 >= 1000)
            for (one, two) in zip(places, places.dropFirst()) { #expect(abs(two.x - one.x - 300) < 1e-6) }
            for place in last where place.x - 61.0 / 30 + 300 > 0.001 {
                let isFound = places.contains { $0.index == place.index && abs($0.x - place.x + 61.0 / 30) < 1e-6 }
                #expect(isFound)
            }
            last = places
        }
    }

    @Test func `cells that come, go and change leave the one at the left where it is`() {
        var belt = TickerBelt()
        let old = cells(["A", "B", "C", "D", "E"])
        _ = belt.places(old, at: frame(0), speed: 60, track: 1000)
        let before = belt.places(old, at: frame(225), speed: 60, track: 1000)
        #expect(before.first == TickerBelt.Place(index: 1, x: -150))
        var new = cells(["X", "Y", "A", "B", "C", "E"])
        new[4] = TickerBelt.Cell(name: "C", width: 330)
        let after = belt.places(new, at: frame(225), speed: 60, track: 1000)
        #expect(after.first == TickerBelt.Place(index: 3, x: -150))
        let next = belt.places(new, at: frame(240), speed: 60, track: 1000)
        #expect(next.first.map { abs($0.x + 180) < 1e-6 && $0.index == 3 } == true)
    }

    @Test func `few cells stand, none are none, and a clock that jumps does no harm`() {
        var belt = TickerBelt()
        let few = cells(["A", "B"])
        for number in [0, 1000] {
            let places = belt.places(few, at: frame(Int64(number)), speed: 60, track: 1000)
            #expect(places == [TickerBelt.Place(index: 0, x: 0), TickerBelt.Place(index: 1, x: 300)])
        }
        #expect(belt.places([], at: now, speed: 60, track: 1000).isEmpty)
        let many = cells(["A", "B", "C", "D", "E"])
        for time in [now, Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max), now] {
            let places = belt.places(many, at: time, speed: 60, track: 1000)
            #expect((4...6).contains(places.count) && places.allSatisfy { $0.x > -300 && $0.x < 1000 })
        }
    }

    @Test func `a stale price is left out, or shown with its age and without its change`() throws {
        let fresh = try TestScenes.row("BTC-USD", "64250.12", ageSeconds: 60)
        let stale = try TestScenes.row("ETH-USD", "3120", ageSeconds: 61)
        let future = try TestScenes.row("SOL-USD", "142", ageSeconds: -60)
        let rows = [fresh, stale, future]
        let left = TickerCell.all(PriceTicker(rows: rows, whenStale: .leftOut), at: now)
        #expect(left.map(\.pair) == ["BTC-USD"] && left.first?.age == nil && left.first?.change == "+1.24 %")
        let shown = TickerCell.all(PriceTicker(rows: rows, whenStale: .shownWithAge), at: now)
        #expect(shown.map(\.pair) == ["BTC-USD", "ETH-USD"])
        #expect(shown.last?.age == "1 min old" && shown.last?.change == nil)
        // Never without the time when it was true.
        #expect(shown.allSatisfy { $0.asOf.count == 8 })
        // A second later the first one is stale, too.
        let later = TickerCell.all(PriceTicker(rows: rows, whenStale: .leftOut), at: now.advanced(by: .seconds(1)))
        #expect(later.isEmpty)
        #expect(TickerCell.isEmpty(PriceTicker(rows: rows), at: now.advanced(by: .seconds(1))))
        #expect(!TickerCell.isEmpty(PriceTicker(rows: rows), at: now))
    }

    @Test func `the picture of the band moves on by whole pixels in frames of a thirtieth of a second`() throws {
        let painter = try ScenePainter(width: 1280, height: 720, theme: try Theme.dark())
        let canvas = try Canvas(width: 1280, height: 720)
        var scene = try TestScenes.scene(.oneHost)
        let rows = try (0..<12).map { try TestScenes.row("COIN\($0)-USD", "\(1000 + $0 * 7)") }
        scene.ticker = PriceTicker(title: "Spot", rows: rows)
        let box = try #require(painter.boxes(of: scene)[.ticker])
        // Away from the ends, where cells fade.
        let middle = Box(box.x + 300, box.y + 10, 400, box.height - 20)
        var last: [UInt8]?
        for number in 30..<60 {
            try painter.paint(scene, at: frame(Int64(number)), on: canvas) { _, _, _ in }
            if let last {
                let moved = Box(middle.x - 2, middle.y, middle.width, middle.height)
                #expect(TestScenes.bytes(canvas, in: moved) == last)
            }
            last = TestScenes.bytes(canvas, in: middle)
        }
    }
}
