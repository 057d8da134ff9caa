/// The prefixes that subscribers of one endpoint may have asked for: never fewer than they have.
///
/// libzmq passes on an unsubscription even from a peer that never had that subscription, and does not say who it came
/// from. So a prefix whose last subscription seems to be gone is kept as lapsed until nobody is connected: a peer can
/// cause needless encoding that way, but cannot cut others off.
struct SubscriptionTable: Sendable {
    private var counts: [[UInt8]: Int] = [:]
    private let limit: Int
    /// Set when there are more prefixes than are tracked; every event counts as wanted then.
    private(set) var isOverflowing = false

    init(limit: Int) { self.limit = limit }

    /// Prefixes that are in force as far as the subscriptions counted tell.
    var activeCount: Int { counts.values.count { $0 > 0 } }

    /// - Returns: whether events are wanted that were not before.
    mutating func add(_ prefix: [UInt8]) -> Bool {
        if let count = counts[prefix] {
            counts[prefix] = count + 1
            return false
        }
        guard counts.count < limit else {
            defer { isOverflowing = true }
            return !isOverflowing
        }
        counts[prefix] = 1
        return true
    }

    mutating func remove(_ prefix: [UInt8]) {
        guard let count = counts[prefix], count > 0 else { return }
        counts[prefix] = count - 1
    }

    /// Forgets what has lapsed, once nobody is connected.
    ///
    /// - Returns: whether anything was forgotten.
    mutating func forgetLapsed() -> Bool {
        let before = counts.count
        counts = counts.filter { $0.value > 0 }
        let wasOverflowing = isOverflowing
        if counts.count < limit { isOverflowing = false }
        return counts.count != before || isOverflowing != wasOverflowing
    }

    func wants(_ topic: [UInt8]) -> Bool {
        if isOverflowing { return true }
        return counts.keys.contains { topic.starts(with: $0) }
    }
}
