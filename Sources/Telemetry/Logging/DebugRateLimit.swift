/// Keeps a flood of debug records from drowning the rest: a token bucket.
///
/// The journal drops everything of a service that writes more than 10 000 records in 30 s. Holding back only `debug` and
/// `trace` well below that keeps the records that matter.
package struct DebugRateLimit: Sendable {
    /// Records that may pass at once after a quiet time.
    package let burst: Int
    /// Records per second that may pass for ever.
    package let perSecond: Int

    private var tokens: Double
    private var last: Int64?

    package init(burst: Int = 2000, perSecond: Int = 100) {
        self.burst = max(burst, 0)
        self.perSecond = max(perSecond, 0)
        tokens = Double(self.burst)
    }

    /// Whether one more record may pass at this monotonic time.
    package mutating func admits(atNanoseconds now: Int64) -> Bool {
        if let last, now > last {
            tokens = min(Double(burst), tokens + Double(now - last) / 1e9 * Double(perSecond))
        }
        last = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
