import Glibc
import Threading

/// Ends the process, as a loss of power would, when a moment comes that was named beforehand.
final class KillSwitch: Sendable {
    /// The moments that can be named.
    static let moments = [
        "afterClaim", "beforeRecord", "afterRecord", "midStep", "beforeStepRecord", "afterStepRecord", "cronInsert",
    ]

    private let armed = Mutex<[String: Int]>([:])

    /// Names a moment.
    ///
    /// - Parameters:
    ///   - moment: one of `moments`.
    ///   - count: the how-manieth time is the one.
    func arm(_ moment: String, after count: Int) { armed.withLock { $0[moment] = count } }

    /// The moment has come; does nothing unless it was named.
    func reach(_ moment: String) {
        let isNow = armed.withLock { armed -> Bool in
            guard let left = armed[moment] else { return false }
            armed[moment] = left - 1
            return left <= 1
        }
        if isNow { kill(getpid(), SIGKILL) }
    }
}
