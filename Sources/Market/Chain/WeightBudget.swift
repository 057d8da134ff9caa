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
        /// What a question has taken of the windows to come.
        var ahead = 0

        /// What of the limit is ours: never less than one question where there is a limit at all.
        var usable: Int { max(min(1, window.limit), Int(Double(window.limit) * WeightBudget.share)) }

        mutating func roll(to now: Timestamp) {
            let current = window.length.span(at: now).lowerBound
            guard current != start else { return }
            let passed = start.map { Int(clamping: $0.duration(to: current).components.seconds) } ?? 0
            start = current
            // Whatever the clock does, what was taken ahead is worked off and does not grow.
            ahead = max(0, ahead - min(ahead, max(0, passed - 1)) * max(1, usable))
            used = min(ahead, usable)
            ahead -= used
        }

        func hasRoom(for weight: Int) -> Bool {
            // More than a second has room for is asked in as many seconds as that takes, and begins with a whole one.
            if weight > usable, usable > 0, window.length == .seconds(1) { return used == 0 && ahead == 0 }
            return used + weight <= usable
        }

        mutating func take(_ weight: Int) {
            used += weight
            guard window.length == .seconds(1), used > usable else { return }
            ahead = used - usable
            used = usable
        }
    }

    /// - Parameter allowance: `nil` for no limit.
    package init(_ allowance: WeightAllowance?) { counts = (allowance?.windows ?? []).map { Count(window: $0) } }

    /// The weight counted in the shortest window that `now` is in.
    package func used(at now: Timestamp) -> Int { usage(at: now).first?.used ?? 0 }

    /// How much of each window is used up, shortest first.
    package func usage(at now: Timestamp) -> [WindowUsage] {
        counts.map { count in
            var count = count
            count.roll(to: now)
            return WindowUsage(
                window: count.window,
                used: count.used,
                usable: count.usable,
                endsAt: count.window.length.span(at: now).upperBound
            )
        }
    }

    /// What has to outlive a restart: the counts of windows of a minute and more.
    package func counted(at now: Timestamp) -> [WindowCount] {
        usage(at: now).compactMap { usage in
            guard usage.used > 0, usage.window.length != .seconds(1) else { return nil }
            return WindowCount(
                length: usage.window.length,
                start: usage.window.length.span(at: now).lowerBound,
                used: usage.used
            )
        }
    }

    /// Takes over what was counted before a restart, as far as its windows have not ended.
    package mutating func restore(_ before: [WindowCount], at now: Timestamp) {
        roll(to: now)
        for old in before {
            guard let index = counts.firstIndex(where: { $0.window.length == old.length && $0.start == old.start })
            else { continue }
            counts[index].used = max(counts[index].used, min(old.used, WeightBudget.usedMax))
        }
    }

    /// Goes on counting where another budget of the same provider has stopped, in windows of the same length.
    mutating func goOn(from old: WeightBudget) {
        for index in counts.indices {
            guard let same = old.counts.first(where: { $0.window.length == counts[index].window.length }) else {
                continue
            }
            (counts[index].start, counts[index].used, counts[index].ahead) = (same.start, same.used, same.ahead)
        }
    }

    /// Far above any limit, and far from where adding to it would overflow.
    private static let usedMax = 1_000_000_000

    /// Whether nothing at all may be asked any more in one of the windows that `now` is in.
    package func isSpent(at now: Timestamp) -> Bool {
        usage(at: now).contains { $0.used >= $0.usable }
    }

    /// Takes a weight out of the budget.
    ///
    /// More than fits into a second is taken of the seconds to come as well: whoever asks that much asks at that pace.
    ///
    /// - Returns: `nil` when it was taken, else how long until every window that it does not fit into has ended.
    package mutating func take(_ weight: Int, at now: Timestamp) -> Duration? {
        roll(to: now)
        let full = counts.filter { !$0.hasRoom(for: weight) }
        if let wait = full.map({ now.duration(to: $0.window.length.span(at: now).upperBound) }).max() { return wait }
        for index in counts.indices { counts[index].take(weight) }
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
            counts[index].used = min(use.used, WeightBudget.usedMax)
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

    /// The part of what we use at most that is used up; 1 and more when nothing may be asked.
    package var share: Double { usable == 0 ? 1 : Double(used) / Double(usable) }
}

/// What was counted in one window; it can be stored.
package struct WindowCount: Codable, Hashable, Sendable {
    /// In seconds; `nil` for a month.
    private let seconds: Int64?
    package let start: Timestamp
    package let used: Int

    package init(length: RateWindow.Length, start: Timestamp, used: Int) {
        seconds = if case .seconds(let seconds) = length { seconds } else { nil }
        self.start = start
        self.used = used
    }

    package var length: RateWindow.Length { seconds.map { .seconds($0) } ?? .month }
}
