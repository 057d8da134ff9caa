/// How long to wait before trying again: longer each time, and never the same for everybody.
struct Backoff: Hashable, Sendable {
    private let first: Duration
    private let longest: Duration
    private(set) var failures = 0

    init(first: Duration = .milliseconds(50), longest: Duration = .seconds(5)) {
        self.first = first
        self.longest = longest
    }

    /// - Parameter jitter: from 0 to 1.
    /// - Returns: between half of what the number of failures calls for and all of it.
    mutating func next(jitter: Double = .random(in: 0...1)) -> Duration {
        let whole = min(longest, first * (1 << min(failures, 16)))
        failures += 1
        return whole * (0.5 + jitter / 2)
    }

    mutating func reset() { failures = 0 }
}
