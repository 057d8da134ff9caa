package import Bus

/// Why a supervisor gave up.
package enum SupervisorError: Error, Hashable, Sendable {
    /// A child failed more often than a restart limit allows.
    case exhausted(child: ActorName, limit: RestartLimit, last: ExitReason)
    /// A child failed with an error whose directive is to escalate.
    case escalated(child: ActorName, reason: ExitReason)
    /// A child could not be started while the supervisor itself was starting.
    case startFailed(child: ActorName, reason: ExitReason)
    /// So many incarnations ignore cancellation that only a new process helps.
    case tooManyZombies(count: Int)

    /// The status with which the process ends when the top supervisor fails so (EX_SOFTWARE).
    package static let exitStatus: Int32 = 70
}

extension SupervisorError: ClassifiedFailure {
    package var failureClass: FailureClass { .exhausted }
}

extension SupervisorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exhausted(let child, let limit, let last):
            "\(child) needed more than \(limit.count) restarts in \(limit.window); last: \(last)"
        case .escalated(let child, let reason): "\(child) escalated; \(reason)"
        case .startFailed(let child, let reason): "\(child) could not be started; \(reason)"
        case .tooManyZombies(let count): "\(count) incarnations ignore cancellation"
        }
    }
}

/// How a supervisor ended.
package enum SupervisorOutcome: Hashable, Sendable {
    /// It was asked to stop.
    case stopped
    /// A significant child ended, and with it the reason to go on.
    case finished
    /// It gave up.
    case failed(SupervisorError)

    /// How the parent sees it.
    var exitReason: ExitReason {
        switch self {
        case .stopped: .stopped
        case .finished: .normal
        case .failed(let error): .failed(Failure(error))
        }
    }
}
