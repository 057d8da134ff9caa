/// How often may be asked beyond once for each call: again after a failure, or a second one beside a slow first.
///
/// Every attempt earns a share of another one. So a provider in trouble, where every call fails, is not asked many times as
/// much as one in health, however many calls there are.
package struct AskBudget: Hashable, Sendable {
    package struct Policy: Hashable, Sendable {
        /// Of one more attempt, what every attempt earns.
        package var share = 0.2
        /// What may be saved up, which is also what there is at first.
        package var reserve = 20.0

        package init() {}
    }

    private var saved: Double

    package init(_ policy: Policy) { saved = policy.reserve }

    mutating func earn(_ policy: Policy) { saved = min(policy.reserve, saved + policy.share) }

    /// Whether there is enough for one more attempt.
    var isEnough: Bool { saved >= 1 }

    mutating func spend() { saved -= 1 }
}
