package import Bus

/// Keeps us below a share of a provider's allowance, so that we are never shut out for asking too much.
///
/// What the provider says it has counted is the truth, because other programs may share our address; our own count only
/// bridges the time between two answers. Each window counts by itself and begins anew by itself; a question has to fit
/// into all of them.
package struct WeightBudget: Hashable, Sendable {
    /// The part of the allowance that we use.
    package static let share = 0.8

    /// Shortest window first.
    private var counts: [Count]

    private struct Count: Hashable, Sendable {
        let window: RateWindow
        var start: Timestamp?
        var used = 0

        /// What of the limit is ours: never less than one question where there is a limit at all.
        var usable: Int { max(min(1, window.limit), Int(Double(window.limit) * WeightBudget.share)) }

        mutating func roll(to now: Timestamp) {
            let current = window.length.span(at: now).lowerBound
            guard current != start else { return }
            start = current
            used = 0
        }
    }

    /// - Parameter allowance: `nil` for no limit.
    package init(_ allowance: WeightAllowance?) { counts = (allowance?.windows ?? []).map { Count(window: $0) } }

    /// The weight counted in the shortest window that `now` is in.
    package func used(at now: Timestamp) -> Int { usage(at: now).first?.used ?? 0 }

    /// How much of each window is used up, shortest first.
    package func usage(at now: Timestamp) -> [WindowUsage] {
        counts.map { count in
            let span = count.window.length.span(at: now)
            return WindowUsage(
                window: count.window,
                used: span.lowerBound == count.start ? count.used : 0,
                usable: count.usable,
                endsAt: span.upperBound
            )
        }
    }

    /// Whether nothing at all may be asked any more in one of the windows that `now` is in.
    package func isSpent(at now: Timestamp) -> Bool {
        usage(at: now).contains { $0.used >= $0.usable }
    }

    /// Takes a weight out of the budget.
    ///
    /// - Returns: `nil` when it was taken, else how long until every window that it does not fit into has ended.
    package mutating func take(_ weight: Int, at now: Timestamp) -> Duration? {
        roll(to: now)
        let full = counts.filter { $0.used + weight > $0.usable }
        if let wait = full.map({ now.duration(to: $0.window.length.span(at: now).upperBound) }).max() { return wait }
        for index in counts.indices { counts[index].used += weight }
        return nil
    }

    /// Takes over what the provider says it has counted in the shortest window.
    package mutating func observe(used reported: Int, at now: Timestamp) {
        observe([WeightUse(used: reported)], at: now)
    }

    /// Takes over what the provider says it has counted; windows that are not ours are passed over.
    package mutating func observe(_ uses: [WeightUse], at now: Timestamp) {
        roll(to: now)
        for use in uses where use.used >= 0 {
            let isMeant: (Count) -> Bool = { use.length == nil || $0.window.length == use.length }
            guard let index = counts.firstIndex(where: isMeant) else { continue }
            // Far above any limit, and far from where adding to it would overflow.
            counts[index].used = min(use.used, 1_000_000_000)
        }
    }

    private mutating func roll(to now: Timestamp) {
        for index in counts.indices { counts[index].roll(to: now) }
    }
}

/// How much of one window is used up.
package struct WindowUsage: Hashable, Sendable {
    package let window: RateWindow
    package let used: Int
    /// What we use of the limit at most.
    package let usable: Int
    /// When it is counted from zero again.
    package let endsAt: Timestamp
}
