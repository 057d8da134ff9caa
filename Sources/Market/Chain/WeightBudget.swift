package import Bus

/// How much a provider may be asked within a window of time.
package struct WeightAllowance: Hashable, Sendable {
    package let limit: Int
    /// Windows start at whole multiples of this, on the provider's clock.
    package let windowSeconds: Int64

    package init(limit: Int, windowSeconds: Int64) {
        self.limit = limit
        self.windowSeconds = windowSeconds
    }
}

/// Keeps us below a share of a provider's allowance, so that we are never shut out for asking too much.
///
/// What the provider says it has counted is the truth, because other programs may share our address; our own count only
/// bridges the time between two answers.
package struct WeightBudget: Hashable, Sendable {
    /// The part of the allowance that we use.
    package static let share = 0.8

    private let allowance: WeightAllowance?
    private var window: Int64 = .min
    private var used = 0

    /// - Parameter allowance: `nil` for no limit.
    package init(_ allowance: WeightAllowance?) { self.allowance = allowance }

    /// The weight counted in the window that `now` is in.
    package func used(at now: Timestamp) -> Int { window(of: now) == window ? used : 0 }

    /// Whether nothing at all may be asked any more in the window that `now` is in.
    package func isSpent(at now: Timestamp) -> Bool {
        guard let allowance else { return false }
        return Double(used(at: now) + 1) > Double(allowance.limit) * WeightBudget.share
    }

    /// Takes a weight out of the budget.
    ///
    /// - Returns: `nil` when it was taken, else how long until the next window.
    package mutating func take(_ weight: Int, at now: Timestamp) -> Duration? {
        guard let allowance else { return nil }
        roll(to: now)
        guard Double(used + weight) <= Double(allowance.limit) * WeightBudget.share else {
            let next = (window + 1) * allowance.windowSeconds
            return now.duration(to: Timestamp(seconds: next))
        }
        used += weight
        return nil
    }

    /// Takes over what the provider says it has counted.
    package mutating func observe(used reported: Int, at now: Timestamp) {
        guard allowance != nil, reported >= 0 else { return }
        roll(to: now)
        used = reported
    }

    private mutating func roll(to now: Timestamp) {
        let current = window(of: now)
        guard current != window else { return }
        window = current
        used = 0
    }

    private func window(of now: Timestamp) -> Int64 {
        guard let allowance else { return 0 }
        return now.milliseconds / (1000 * max(1, allowance.windowSeconds))
    }
}
