import Bus
import Credits
import Testing

@Suite struct BurnRateTests {
    private static let hour: Int64 = 500_000
    /// Half past: an hour that has just begun is none to compare with.
    private static let now = Timestamp(seconds: hour * 3600 + 1800)

    /// What it knows when each of the last hours had so many credits, the newest last.
    private func rate(_ spent: [Int64]) -> BurnRate {
        var rate = BurnRate()
        let end = Self.hour - 1
        let hours = Dictionary(
            zip((end - Int64(spent.count))..<end, spent).map { ($0, $1) },
            uniquingKeysWith: { first, _ in first }
        )
        while let missing = rate.missing(at: Self.now) {
            #expect(missing.count <= 24)
            rate.note(missing, hours.filter { missing.contains($0.key) }, at: Self.now)
        }
        return rate
    }

    private func percent(_ rate: BurnRate, _ lastHour: Int64, floor: Int64 = 100) -> Double? {
        guard case .rise(let percent) = rate.reading(lastHour: lastHour, floor: floor, at: Self.now) else { return nil }
        return percent
    }

    @Test func `the last hour is compared with the mean of seven days`() {
        let rate = rate(Array(repeating: 100, count: 168))
        #expect(percent(rate, 100) == 0 && percent(rate, 300) == 200 && percent(rate, 150) == 50)
        let uneven = self.rate(Array(repeating: 0, count: 84) + Array(repeating: 100, count: 84))
        // Before the first charge nobody was there.
        #expect(percent(uneven, 200) == 100)
        let quiet = self.rate([100] + Array(repeating: 0, count: 99))
        #expect(percent(quiet, 100) == 9900)
    }

    @Test func `a quiet station does not ring, and a new one has nothing to compare`() {
        let rate = rate(Array(repeating: 1, count: 168))
        #expect(percent(rate, 99) == 0 && percent(rate, 100) == 9900)
        #expect(self.rate([]).reading(lastHour: 5000, floor: 0, at: Self.now) == .tooShort(hours: 0))
        let young = self.rate(Array(repeating: 10, count: 23))
        #expect(young.reading(lastHour: 5000, floor: 0, at: Self.now) == .tooShort(hours: 23))
        #expect(percent(self.rate(Array(repeating: 10, count: 24)), 5000) != nil)
    }

    @Test func `it asks for each hour once, and forgets those that are too old`() {
        var rate = rate(Array(repeating: 100, count: 168))
        let later = Self.now.advanced(by: .seconds(2 * 3600))
        let missing = rate.missing(at: later)
        #expect(missing == Self.hour - 1..<Self.hour + 1)
        rate.note(Self.hour - 1..<Self.hour + 1, [:], at: later)
        #expect(rate.missing(at: later) == nil)
        // What has become too old is not there any more for a clock that goes back.
        #expect(rate.missing(at: Self.now)?.lowerBound == Self.hour - 169)
    }
}
