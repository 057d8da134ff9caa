package import Bus

/// What is recorded of one run.
package struct RunRecord: Hashable, Sendable {
    package let id: UUIDv7
    package let name: String
    package let version: Int
    package let state: RunState
    package let output: String?
    package let error: String?
    package let failedStep: Int?
    package let isCancelRequested: Bool
    package let continuedAs: UUIDv7?
    /// By the database's clock.
    package let readAt: Timestamp
    package var steps: [StepRecord] = []
}

/// Where a run stands.
package enum RunState: String, Codable, Hashable, Sendable, CaseIterable {
    case running
    /// For a time, a signal, an approval, another job, or its next attempt.
    case waiting
    /// It was cancelled or failed, and undoes what it has done.
    case compensating
    case completed
    case failed
    case cancelled

    package var isFinal: Bool { self == .completed || self == .failed || self == .cancelled }
}
