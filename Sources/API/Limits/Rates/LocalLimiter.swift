package import Bus
import Threading

/// Limits that need not survive a restart or count over several daemons: they never wait for the store.
package final class LocalLimiter: Sendable {
    private struct Key: Hashable {
        let subject: LimitSubject
        let rules: [LimitRule]
    }

    private let subjectsMax: Int
    private let now: @Sendable () -> Timestamp
    private let entries = Mutex<[Key: RuleWindows]>([:])

    /// - Parameters:
    ///   - subjectsMax: those that are remembered; beyond it the ones go that have asked for least.
    ///   - now: what time it is.
    package init(subjectsMax: Int = 10_000, now: @escaping @Sendable () -> Timestamp = { .now }) {
        self.subjectsMax = subjectsMax
        self.now = now
    }

    package func admit(_ subject: LimitSubject, _ rules: [LimitRule]) -> LimitVerdict {
        guard !rules.isEmpty else { return .unlimited }
        let (key, now) = (Key(subject: subject, rules: rules), now())
        return entries.withLock { entries in
            if entries.count >= subjectsMax, entries[key] == nil { makeRoom(in: &entries, now) }
            return LocalLimiter.decide(&entries[key, default: RuleWindows(rules)], now)
        }
    }

    private static func decide(_ windows: inout RuleWindows, _ now: Timestamp) -> LimitVerdict {
        windows.advance(to: now)
        guard windows.room > 0 else { return windows.refusal(at: now) }
        windows.take(1, at: now)
        return windows.admission(at: now)
    }

    /// Those go first that are not limited by what they would forget.
    private func makeRoom(in entries: inout sending [Key: RuleWindows], _ now: Timestamp) {
        for key in entries.keys { entries[key]?.advance(to: now) }
        entries = entries.filter { !$0.value.isEmpty }
        guard entries.count >= subjectsMax else { return }
        let order = entries.sorted { $0.value.room > $1.value.room }
        for (key, _) in order.prefix(max(1, subjectsMax / 8)) { entries[key] = nil }
    }
}
