/// Why an incarnation ended.
package enum ExitReason: Sendable {
    /// `run()` returned by itself.
    case normal
    /// `run()` ended with a cancellation that the supervisor had not asked for. Never a failure.
    case cancelled
    /// The supervisor asked it to stop, and it did.
    case stopped
    /// The factory or `run()` threw.
    case failed(Failure)
    /// It was not ready in time.
    case startTimedOut
    /// It made no progress for longer than its heartbeat allows.
    case heartbeatLost
    /// It ignored cancellation beyond its deadline and was shut out.
    case fenced

    /// The reason that an error thrown by a child stands for.
    package init(_ error: any Error) {
        self = error is CancellationError ? .cancelled : .failed(Failure(error))
    }

    /// Whether a transient child comes back after it.
    package var isFailure: Bool {
        switch self {
        case .failed, .startTimedOut, .heartbeatLost: true
        case .normal, .cancelled, .stopped, .fenced: false
        }
    }
}

extension ExitReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .normal: "returned"
        case .cancelled: "cancelled"
        case .stopped: "stopped"
        case .failed(let failure): "failed: \(failure)"
        case .startTimedOut: "not ready in time"
        case .heartbeatLost: "no progress"
        case .fenced: "ignored cancellation and was fenced"
        }
    }
}

/// Two reasons are equal when they read the same.
extension ExitReason: Hashable {
    package static func == (left: ExitReason, right: ExitReason) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
