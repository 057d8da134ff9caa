/// How long to wait before the next attempt.
///
/// A plain value: delay(n) = min(cap, base × factor^(n-1)) × (1 ± 10 %).
package struct RetryPolicy: Hashable, Sendable {
    package var base: Duration = .seconds(2)
    package var factor = 2.0
    package var cap: Duration = .seconds(600)

    package init(base: Duration = .seconds(2), factor: Double = 2, cap: Duration = .seconds(600)) {
        self.base = base
        self.factor = factor
        self.cap = cap
    }

    /// - Parameters:
    ///   - attempt: the attempt that failed, from 1 on.
    ///   - random: 0 to 1, spreads those that failed together.
    /// - Returns: the wait.
    package func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        let growth = pow(factor, max(0, attempt - 1))
        let seconds = min(cap / .seconds(1), base / .seconds(1) * growth)
        return .seconds(seconds * (0.9 + 0.2 * random))
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        // Beyond this any factor above 1 has met the cap.
        for _ in 0..<min(exponent, 200) { result *= base }
        return result
    }
}
