/// The latest latencies of something, so many of them at most.
struct LatencyWindow: Sendable {
    /// Enough for a tail of one in twenty.
    private static let countMax = 64
    /// Fewer say nothing about the slow ones among them.
    private static let countMin = 20

    private var latest: [Duration] = []
    private var oldest = 0

    mutating func add(_ latency: Duration) {
        guard latest.count == LatencyWindow.countMax else { return latest.append(latency) }
        latest[oldest] = latency
        oldest = (oldest + 1) % LatencyWindow.countMax
    }

    /// The latency that this share of them does not exceed.
    ///
    /// - Returns: `nil` while there are too few of them.
    func quantile(_ share: Double) -> Duration? {
        guard latest.count >= LatencyWindow.countMin else { return nil }
        let place = (share * Double(latest.count)).rounded(.up)
        return latest.sorted()[min(max(Int(place), 1), latest.count) - 1]
    }
}
