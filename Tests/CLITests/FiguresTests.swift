import Testing

@testable import CLI

struct FiguresTests {
    @Test(arguments: [
        (0.0, "0.0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (12.9, "12 s"), (185.0, "3m 05s"), (26_000.0, "7h 13m"),
        (360_000.0, "4d 4h"), (-1.0, "-"), (.nan, "-"), (.infinity, "-"),
    ])
    func `durations are short`(_ seconds: Double, _ text: String) {
        #expect(Figures.duration(seconds) == text)
    }

    @Test(arguments: [
        (UInt64(0), "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (43_200_000, "41.2 MiB"), (.max, "16777216.0 TiB"),
    ])
    func `sizes have a unit`(_ bytes: UInt64, _ text: String) {
        #expect(Figures.bytes(bytes) == text)
    }

    @Test(arguments: [(UInt64(7), "7"), (1234, "1 234"), (1_234_567, "1 234 567")])
    func `counts are grouped by threes`(_ count: UInt64, _ text: String) {
        #expect(Figures.count(count) == text)
    }

    @Test func `figures are rounded and never crash`() {
        #expect(Figures.fixed(0.05, digits: 1) == "0.1")
        #expect(Figures.fixed(-0.01, digits: 1) == "0.0")
        #expect(Figures.fixed(-2.5, digits: 1) == "-2.5")
        #expect(Figures.fixed(.nan, digits: 1) == "-")
        #expect(Figures.fixed(1e300, digits: 1) == "-")
        #expect(Figures.rate(9.96) == "10.0")
        #expect(Figures.rate(12_345.6) == "12 346")
        #expect(Figures.rate(.infinity) == "-")
    }
}
