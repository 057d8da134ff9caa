import Bus
import Domain
import Picture
import Testing

@Suite struct SceneTests {
    @Test(arguments: SceneLayout.allCases) func `a scene is the same after a way through JSON`(
        _ layout: SceneLayout
    ) throws {
        let scene = try TestScenes.scene(layout)
        let read = try EventCodec.decode(Scene.self, from: try EventCodec.encode(scene))
        #expect(read == scene)
        let transition = SceneTransition(from: scene, to: scene, kind: .wipe, start: TestScenes.now)
        let readTransition = try EventCodec.decode(SceneTransition.self, from: try EventCodec.encode(transition))
        #expect(readTransition == transition)
    }

    @Test func `texts and lists have bounds, also those that are read`() throws {
        let long = ShownText(String(repeating: "x", count: 100_000))
        #expect(long.text.count == 500)
        // One character of any number of marks.
        let marks = ShownText("a" + String(repeating: "\u{301}", count: 100_000))
        #expect(marks.text.unicodeScalars.count <= 1500)
        #expect(ShownText(" one\n\n\ttwo ").text == "one two")
        let read = try EventCodec.decode(ShownText.self, from: Array("\"\(String(repeating: "y", count: 2000))\"".utf8))
        #expect(read.text.count == 500)

        let rows = try (0..<100).map { try TestScenes.row("C\($0)-USD", "1") }
        let ticker = PriceTicker(rows: rows + rows)
        #expect(ticker.rows.map(\.pair.base) == (0..<40).map { "C\($0)" })
        let twice = PriceTicker(rows: [try TestScenes.row("A-B", "1"), try TestScenes.row("A-B", "2")])
        #expect(twice.rows.map(\.price.description) == ["1"])

        let captions = Captions(lines: [long, "two", "three"])
        #expect(captions.lines.count == 2)
        #expect(captions.lines.first?.text == String(repeating: "x", count: 41) + "…")
    }

    @Test func `a chart keeps the latest candles of its interval, in order`() throws {
        let prices = (open: "1", high: "2", low: "1", close: "2")
        var candles = try (0..<450).map { try TestScenes.candle($0, prices) }
        candles.append(try TestScenes.candle(0, (open: "1", high: "3", low: "1", close: "3")))
        candles.append(try TestScenes.candle(1, prices, interval: .oneHour))
        let chart = try TestScenes.chart(candles)
        #expect(chart.candles.count == CandleChart.candlesMax)
        let times = chart.candles.map(\.openTime)
        #expect(times == times.sorted())
        let last = chart.candles.last?.close
        #expect(last?.description == "3")
        #expect(chart.candles.allSatisfy { $0.interval == .fiveMinutes })
    }

    @Test func `a figure is fresh up to its limit, then stale, and of no age when it comes from the future`() {
        let now = TestScenes.now
        func freshness(_ age: Duration) -> Freshness {
            Freshness(asOf: now.advanced(by: .zero - age), limitSeconds: 60, now: now)
        }
        #expect(freshness(.seconds(60)) == .fresh)
        #expect(freshness(.milliseconds(60_001)) == .stale(ageSeconds: 60))
        #expect(freshness(.seconds(-5)) == .fresh)
        #expect(freshness(.seconds(-6)) == .fromFuture)
        let oldest = Freshness(asOf: Timestamp(nanoseconds: .min), limitSeconds: 60, now: Timestamp(nanoseconds: .max))
        #expect(oldest == .stale(ageSeconds: 18_446_744_073))
        let texts = [-1, 59, 60, 3599, 3600, 86_399, 86_400, 864_000].map { Freshness.ageText(seconds: $0) }
        #expect(texts == ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d", "10 d"])
    }

    @Test func `a transition goes from nothing to all within half a second`() throws {
        let scene = try TestScenes.scene(.oneHost)
        let start = TestScenes.now
        let fade = SceneTransition(from: scene, to: scene, kind: .fade, start: start, milliseconds: 9000)
        #expect(fade.milliseconds == 500 && fade.end == start.advanced(by: .milliseconds(500)))
        let ways = [-1, 0, 125, 250, 500, 501].map { fade.progress(at: start.advanced(by: .milliseconds($0))) }
        #expect(ways == [0, 0, 0.25, 0.5, 1, 1])
        let cut = SceneTransition(from: scene, to: scene, kind: .cut, start: start, milliseconds: 300)
        #expect(cut.progress(at: start) == 1 && cut.progress(at: start.advanced(by: .milliseconds(-1))) == 0)
        let far = fade.progress(at: Timestamp(nanoseconds: .max)) + fade.progress(at: Timestamp(nanoseconds: .min))
        #expect(far == 1)
    }
}
