import Bus
import Testing

@testable import API

/// How times and numbers are written on pages.
struct FiguresTests {
    @Test(arguments: [
        ("0", "0"), ("12", "12"), ("999", "999"), ("1000", "1,000"), ("64250.12", "64,250.12"),
        ("-1234567.5", "\u{2212}1,234,567.5"), ("0.00001234", "0.00001234"),
    ])
    func `thousands stand apart`(number: String, text: String) { #expect(Figures.grouped(number) == text) }

    @Test(arguments: [("1.24", "+1.24 %"), ("-0.5", "\u{2212}0.5 %"), ("0", "0 %"), ("0.00", "0.00 %")])
    func `a change has its sign`(number: String, text: String) { #expect(Figures.percent(number) == text) }

    @Test(arguments: [
        (0, "now"), (1, "1 s ago"), (99, "99 s ago"), (100, "1 min ago"), (5999, "99 min ago"), (6000, "1 h ago"),
        (172_799, "47 h ago"), (172_800, "2 d ago"), (-90, "in 90 s"), (-7200, "in 2 h"),
    ])
    func `an age is told in the unit that fits`(seconds: Int, text: String) {
        let time = Timestamp(seconds: 1_700_000_000)
        #expect(Figures.relative(time, now: time.advanced(by: .seconds(seconds))) == text)
    }

    @Test(arguments: [(0, "0.0 ms"), (440, "0.4 ms"), (9940, "9.9 ms"), (9960, "10 ms"), (25_400, "25 ms")])
    func `a latency has as many digits as matter`(microseconds: Int, text: String) {
        #expect(Figures.milliseconds(.microseconds(microseconds)) == text)
    }

    @Test func `the date stands in front of another day's time`() throws {
        let now = try #require(Timestamp("2026-05-06T07:08:09.5Z"))
        #expect(Figures.clock(now, now: now) == "07:08:09 UTC")
        let before = try #require(Timestamp("2026-05-05T23:59:59Z"))
        #expect(Figures.clock(before, now: now) == "2026-05-05 23:59:59 UTC")
    }
}
