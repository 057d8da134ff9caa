/// Where a job stands.
///
/// scheduled → available → running → completed; running → retryable → available; running → discarded, which is the
/// dead-letter state; anything unfinished → cancelled; running → scheduled when it put itself to sleep.
package enum JobState: String, Codable, Hashable, Sendable, CaseIterable {
    /// Waits for its time, or sleeps until somebody nudges it.
    case scheduled
    /// May be claimed by a worker.
    case available
    /// A worker has it, under a lease.
    case running
    /// Failed, and waits for its next attempt.
    case retryable
    case completed
    /// Failed for good: its attempts are used up, or trying again could not help. Can be replayed.
    case discarded
    case cancelled

    /// Whether nothing will happen to it by itself any more.
    package var isFinal: Bool { self == .completed || self == .discarded || self == .cancelled }
}
