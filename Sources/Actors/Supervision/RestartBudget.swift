/// How many restarts are allowed within how long.
package struct RestartLimit: Hashable, Sendable {
    /// The most restarts that one window may hold; 0 means that the first failure is already one too many.
    package let count: Int
    package let window: Duration

    package init(_ count: Int, within window: Duration) {
        self.count = count
        self.window = window
    }
}

/// Counts restarts in a sliding window.
///
/// A restart that lies exactly one window back still counts. Memory is bounded by the limit, and grows only as far as
/// restarts really happen.
package struct RestartBudget: Hashable, Sendable {
    package let limit: RestartLimit
    private let windowNanoseconds: Int64
    /// A ring of restart moments, oldest at `head`.
    private var ring: [Moment] = []
    private var head = 0
    private var count = 0

    package init(_ limit: RestartLimit) {
        self.limit = limit
        windowNanoseconds = limit.window.nanosecondsSaturated
    }

    /// Takes one restart out of the budget.
    ///
    /// - Returns: `false` when the window is full: this restart must not happen, and it is not counted.
    package mutating func spend(at now: Moment) -> Bool {
        expire(at: now)
        guard count < limit.count else { return false }
        if count == ring.count { grow() }
        ring[(head + count) % ring.count] = now
        count += 1
        return true
    }

    /// How many restarts the window that ends now holds.
    package func spent(at now: Moment) -> Int {
        (0..<count).count { !isExpired(ring[(head + $0) % ring.count], at: now) }
    }

    /// Forgets every restart so far.
    package mutating func reset() {
        head = 0
        count = 0
    }

    private mutating func expire(at now: Moment) {
        while count > 0, isExpired(ring[head], at: now) {
            head = (head + 1) % ring.count
            count -= 1
        }
    }

    private func isExpired(_ moment: Moment, at now: Moment) -> Bool {
        now.nanoseconds &- moment.nanoseconds > windowNanoseconds
    }

    private mutating func grow() {
        var larger: [Moment] = []
        let capacity = min(limit.count, max(4, ring.count * 2))
        larger.reserveCapacity(capacity)
        for offset in 0..<count { larger.append(ring[(head + offset) % ring.count]) }
        while larger.count < capacity { larger.append(.zero) }
        ring = larger
        head = 0
    }
}
