import Bus
import Testing

/// Moments at the ends of time, which strangers may ask for.
struct TimestampEdgeTests {
    private let first = Timestamp(nanoseconds: .min)
    private let last = Timestamp(nanoseconds: .max)

    @Test func `what lies beyond is the first or the last moment`() {
        #expect(last.advanced(by: .seconds(1)) == last && first.advanced(by: .seconds(-1)) == first)
        #expect(last.advanced(by: .seconds(Int64.max)) == last && first.advanced(by: .seconds(Int64.min)) == first)
        #expect(first.advanced(by: .seconds(Int64.max)) == last && last.advanced(by: .seconds(Int64.min)) == first)
        #expect(last.advanced(by: .seconds(-1)).nanoseconds == .max - 1_000_000_000)
    }

    @Test func `from the first to the last is a time`() {
        #expect(first.duration(to: last) == .nanoseconds(Int64.max) - .nanoseconds(Int64.min))
        #expect(last.duration(to: first) == .zero - first.duration(to: last))
        #expect(Timestamp(seconds: 1).duration(to: Timestamp(seconds: 3)) == .seconds(2))
    }
}
