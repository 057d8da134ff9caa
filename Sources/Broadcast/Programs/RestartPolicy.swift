/// How long to wait before something that failed is tried again: at once, and then longer and longer; pure.
package struct RestartPolicy: Sendable {
    package let first: Duration
    package let longest: Duration
    /// Whoever worked for so long has recovered.
    package let resetAfter: Duration
    private var next: Duration?

    package init(first: Duration, longest: Duration, resetAfter: Duration) {
        self.first = first
        self.longest = longest
        self.resetAfter = resetAfter
    }

    /// - Parameters:
    ///   - worked: for how long it worked before it failed.
    ///   - jitter: 0 to 1; spreads the waits of many over half to whole, so that they do not come all at once. 1 is
    /// none.
    /// - Returns: how long to wait.
    package mutating func delay(afterWorking worked: Duration, jitter: Double = 1) -> Duration {
        if worked >= resetAfter { next = nil }
        guard let delay = next else {
            next = first
            return .zero
        }
        next = min(delay * 2, longest)
        return delay * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }
}
