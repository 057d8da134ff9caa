package import Bus

/// When wrong passwords lock an account, and for how long.
///
/// The count is that of the store, read and written under the account's row lock: however many requests guess at once and
/// on however many daemons, no more than `failuresMax` of them learn whether they were right.
package struct LockPolicy: Hashable, Sendable {
    package let failuresMax: Int
    package let duration: Duration

    package init(failuresMax: Int, duration: Duration) {
        self.failuresMax = failuresMax
        self.duration = duration
    }

    /// What the store knows of an account's wrong passwords.
    package struct Standing: Hashable, Sendable {
        package var failures: Int
        package var lockedUntil: Timestamp?

        package init(failures: Int, lockedUntil: Timestamp?) {
            self.failures = failures
            self.lockedUntil = lockedUntil
        }

        /// For how many more seconds it is locked, rounded up; `nil` when it is not.
        package func lockedSeconds(at now: Timestamp) -> Int? {
            guard let lockedUntil, lockedUntil > now else { return nil }
            return Int((lockedUntil.nanoseconds - now.nanoseconds + 999_999_999) / 1_000_000_000)
        }
    }

    /// The standing after one more wrong password; a lock that is over counts from nothing.
    package func afterFailure(_ standing: Standing, at now: Timestamp) -> Standing {
        let failures = (standing.lockedUntil == nil ? standing.failures : 0) + 1
        let isLocked = failures >= failuresMax
        return Standing(failures: failures, lockedUntil: isLocked ? now.advanced(by: duration) : nil)
    }
}
