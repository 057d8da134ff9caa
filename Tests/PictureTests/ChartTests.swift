import Bus
import Domain
import Drawing
import Testing

@testable import Picture

@Suite struct ChartTests {
    private let box = Box(10, 20, 600, 300)

    private func plot(_ candles: [Candle]) throws -> CandlePlot {
        try #require(CandlePlot(candles, in: box, line: 1, labels: (prices: 6, times: 6)))
    }

    private func isInside(_ bar: CandlePlot.Bar) -> Bool {
        [bar.body, bar.wick, bar.volume].allSatisfy {
            $0.x >= box.x && $0.right <= box.right && $0.y >= box.y - 1 && $0.bottom <= box.bottom + 1
                && $0.width >= 1 && $0.height >= 0
        }
    }

    @Test func `a gap in time is a gap in the chart`() throws {
        let prices = (open: "10", high: "12", low: "9", close: "11")
        let bars = try plot(try [40, 39, 38, 20, 19, 18].map { try TestScenes.candle($0, prices) }).bars
        let steps = zip(bars, bars.dropFirst()).map { $1.body.center.x - $0.body.center.x }
        let usual = steps[0]
        #expect(abs(steps[1] - usual) <= 1 && abs(steps[3] - usual) <= 1 && abs(steps[2] - usual * 18) <= 18)
    }

    @Test func `bodies, wicks and colours tell the four prices`() throws {
        let bars = try plot(
            [
                try TestScenes.candle(1, (open: "10", high: "14", low: "8", close: "12"), volume: "4"),
                try TestScenes.candle(0, (open: "12", high: "13", low: "9", close: "10"), volume: "2"),
            ]
        ).bars
        #expect(bars.map(\.isRise) == [true, false])
        #expect(bars[0].wick.y < bars[1].wick.y && bars[0].wick.bottom > bars[1].wick.bottom)
        #expect(bars[0].body.y == bars[1].body.y && bars[0].body.height == bars[1].body.height)
        #expect(abs(bars[0].volume.height - bars[1].volume.height * 2) <= 1)
    }

    private static let extremes: [[(open: String, high: String, low: String, close: String)]] = [
        [("5", "5", "5", "5")],
        [("5", "5", "5", "5"), ("5", "5", "5", "5")],
        [("0", "0", "0", "0")],
        [("-37.63", "-10", "-40", "-12")],
        [("999999999999999999999999999999999999", "999999999999999999999999999999999999", "1", "2")],
        [
            (
                "0.000000000000000000000000000001", "0.000000000000000000000000000003", "0",
                "0.000000000000000000000000000002"
            )
        ],
        [
            (
                "1000000000000000000000000000000.1", "1000000000000000000000000000000.2",
                "1000000000000000000000000000000", "1000000000000000000000000000000.1"
            )
        ],
        // A source whose high lies below its low.
        [("5", "1", "9", "6")],
    ]

    @Test(arguments: extremes.indices) func `flat, huge, tiny and senseless prices stay in the plot with few marks`(
        _ index: Int
    ) throws {
        let candles = try Self.extremes[index].enumerated().map { try TestScenes.candle(Int64($0), $1) }.reversed()
        let plot = try plot(Array(candles))
        #expect(plot.bars.allSatisfy(isInside))
        #expect((1...12).contains(plot.prices.marks.count))
        #expect(Set(plot.prices.marks.map(\.text)).count == plot.prices.marks.count)
        #expect((box.y...box.bottom).contains(plot.lastY))
    }

    @Test func `without candles there is no plot, and one candle does not fill it`() throws {
        #expect(CandlePlot([], in: box, line: 1, labels: (prices: 6, times: 6)) == nil)
        let one = try plot([try TestScenes.candle(0, (open: "1", high: "2", low: "1", close: "2"))])
        #expect(one.bars.count == 1 && one.bars[0].body.width < box.width / 20)
        #expect(
            CandlePlot(
                [try TestScenes.candle(0, (open: "1", high: "2", low: "1", close: "2"))],
                in: Box(0, 0, 0, 5),
                line: 1,
                labels: (prices: 0, times: 0)
            ) == nil
        )
    }

    @Test func `candles at both ends of time are drawn`() throws {
        let prices = try TestScenes.price("1")
        let candles = [Int64.min, 0, .max].map {
            Candle(
                openTime: Timestamp(nanoseconds: $0),
                interval: .oneMinute,
                open: prices,
                high: prices,
                low: prices,
                close: prices,
                volume: .zero
            )
        }
        let plot = try plot(candles)
        #expect(plot.bars.allSatisfy(isInside))
        #expect((1...10).contains(plot.times.marks.count))
    }

    @Test func `marks are round numbers and as many as have room`() {
        let scale = PriceScale(low: 63_900, high: 64_700, marksMax: 6)
        #expect(scale.marks.map(\.text) == ["64,000", "64,200", "64,400", "64,600"])
        #expect(PriceScale(low: 1.02, high: 1.05, marksMax: 4).marks.map(\.text) == ["1.02", "1.03", "1.04", "1.05"])
        #expect(scale.share(of: scale.low) == 0 && scale.share(of: scale.high) == 1 && scale.share(of: 1e30) == 1)
    }

    @Test func `hours are told by their minutes and days by their date`() throws {
        let end = try #require(Timestamp("2026-11-27T06:00:00Z"))
        func texts(_ hours: Int64, _ interval: CandleInterval) -> [String] {
            let start = end.advanced(by: .seconds(-hours * 3600))
            return TimeScale(first: start, last: end, interval: interval, marksMax: 6).marks.map(\.text)
        }
        #expect(texts(12, .fifteenMinutes) == ["18:00", "21:00", "27 Nov", "03:00", "06:00"])
        #expect(texts(24 * 10, .fourHours).last == "27 Nov")
        #expect(
            texts(24 * 1000, .oneDay).allSatisfy {
                $0.hasSuffix("2024") || $0.hasSuffix("2025") || $0.hasSuffix("2026")
            }
        )
    }

    @Test func `prices are shown with groups, and with as many digits as are worth reading`() throws {
        let shown = [
            ("64250.12", "64,250.12"), ("64250", "64,250.00"), ("64250.125", "64,250.12"), ("3.14159265", "3.1416"),
            ("0.1623449", "0.1623"), ("0.0000098712", "0.000009871"), ("1234567.8", "1,234,567.80"), ("0", "0.00"),
            ("-37.63", "−37.63"), ("1234500000000000", "1.234×10¹⁵"), ("0.000000000012", "1.2×10⁻¹¹"),
            ("999.99999", "1,000.00"),
        ]
        for (price, text) in shown { #expect(PriceText.text(try TestScenes.price(price)) == text) }
        let percents = [
            ("1.244", "+1.24 %"), ("-0.8", "−0.80 %"), ("0", "0.00 %"), ("0.001", "0.00 %"), ("12345", "> 9,999 %"),
            ("-12345", "< −9,999 %"),
        ]
        for (percent, text) in percents {
            let number = try #require(ExactDecimal(percent))
            #expect(PriceText.percent(number) == text)
        }
    }
}
