package import Bus

/// What models have cost us lately, against what they used to: a plain value.
///
/// It keeps sums of whole hours, as long as they are compared with anything, and of so many models at most.
package struct CostHistory: Sendable {
    /// A model whose tokens cost more than they did.
    package struct Rise: Hashable, Sendable {
        package let target: ModelTarget
        /// Per cent; less than nothing where they cost less.
        package let percent: Double
    }

    private struct Sum {
        var calls = 0
        var tokens: Int64 = 0
        var ticks: Int64 = 0

        static func + (left: Sum, right: Sum) -> Sum {
            Sum(calls: left.calls + right.calls, tokens: left.tokens + right.tokens, ticks: left.ticks + right.ticks)
        }
    }

    /// The day that is compared, and the seven before it.
    private static let (recentHours, earlierHours) = (Int64(24), Int64(168))
    package static let modelsMax = 256

    private var sums: [ModelTarget: [Int64: Sum]] = [:]

    package init() {}

    private static func hour(_ time: Timestamp) -> Int64 { time.milliseconds / 3_600_000 }

    /// Takes in what a call has used and cost, of everybody who has given to its answer and said so.
    package mutating func note(_ report: CallReport, at now: Timestamp) {
        for contribution in report.contributions {
            guard let usage = contribution.usage, let ticks = report.costs[contribution.target] else { continue }
            note(contribution.target, tokens: usage.input + usage.output, ticks: ticks, at: now)
        }
    }

    /// - Parameters:
    ///   - target: who was paid.
    ///   - tokens: of the request and of the answer.
    ///   - ticks: the cost, in 1e-10 USD.
    ///   - now: when.
    package mutating func note(_ target: ModelTarget, tokens: Int, ticks: Int64, at now: Timestamp) {
        guard tokens > 0, ticks >= 0 else { return }
        let hour = CostHistory.hour(now)
        if sums[target]?[hour] == nil {
            forget(before: hour - CostHistory.recentHours - CostHistory.earlierHours)
            makeRoom(for: target)
        }
        let sum = sums[target, default: [:]][hour] ?? Sum()
        sums[target, default: [:]][hour] = sum + Sum(calls: 1, tokens: Int64(tokens), ticks: ticks)
    }

    private mutating func forget(before hour: Int64) {
        sums = sums.compactMapValues { hours in
            let kept = hours.filter { $0.key > hour }
            return kept.isEmpty ? nil : kept
        }
    }

    /// Whoever was not asked for longest makes room.
    private mutating func makeRoom(for target: ModelTarget) {
        guard sums[target] == nil, sums.count >= CostHistory.modelsMax else { return }
        let oldest = sums.min { ($0.value.keys.max() ?? 0) < ($1.value.keys.max() ?? 0) }
        if let oldest { sums[oldest.key] = nil }
    }

    /// The model whose tokens have become dearest: the mean of the last 24 hours against that of the 7 days before.
    ///
    /// - Parameters:
    ///   - now: when the 24 hours end.
    ///   - callsMin: with fewer calls in either time there is no mean.
    /// - Returns: `nil` when there is too little to compare of any model that costs something.
    package func largestRise(at now: Timestamp, callsMin: Int) -> Rise? {
        let hour = CostHistory.hour(now)
        let middle = hour - CostHistory.recentHours
        return sums.compactMap { target, hours -> Rise? in
            var (recent, earlier) = (Sum(), Sum())
            for (at, sum) in hours where at <= hour && at > middle - CostHistory.earlierHours {
                if at > middle { recent = recent + sum } else { earlier = earlier + sum }
            }
            guard recent.calls >= callsMin, earlier.calls >= callsMin, earlier.ticks > 0 else { return nil }
            let (new, old) = (
                Double(recent.ticks) / Double(recent.tokens), Double(earlier.ticks) / Double(earlier.tokens)
            )
            return Rise(target: target, percent: (new / old - 1) * 100)
        }.max { ($0.percent, $1.target.description) < ($1.percent, $0.target.description) }
    }
}
