import Bus

/// What a supervisor knows about one child: its spec, where it is in its life, and its history.
package struct ChildSlot: Sendable {
    package let spec: ChildSpec
    package internal(set) var phase: Phase = .down(.notStarted)
    /// The current or last incarnation; 0 before the first.
    package internal(set) var number: UInt64
    package internal(set) var restartsTotal: UInt64 = 0
    package internal(set) var lastExit: ExitReason?
    /// When the current incarnation was started, and when it became ready.
    package internal(set) var startedAt: Moment?
    package internal(set) var readyAt: Moment?
    /// Its restart limit is used up, and it is tried at intervals.
    package internal(set) var isDegraded = false
    /// Where it is on the backoff curve.
    var attempt = 0
    var budget: RestartBudget?
    /// It takes part in an ordered stop, which may not have reached it yet.
    var isInOrderedStop = false
    /// What comes after the ordered stop.
    var afterOrderedStop: AfterStop = .queue
    /// It has been ready at least once since the supervisor started.
    var wasReady = false

    init(_ spec: ChildSpec, lastNumber: UInt64 = 0) {
        self.spec = spec
        number = lastNumber
        budget = spec.limit.map(RestartBudget.init)
    }

    /// Whether an incarnation exists that the supervisor still counts on or waits for.
    package var isAlive: Bool {
        switch phase {
        case .starting, .running, .stopping: true
        case .down, .queued, .waiting: false
        }
    }
}

extension ChildSlot {
    /// Where a child is in its life.
    package enum Phase: Hashable, Sendable {
        case down(Down)
        /// Starts when those before it are ready.
        case queued
        /// Starts at that moment: backoff, or the interval of a degraded child.
        case waiting(until: Moment)
        /// Being built, or built and not ready.
        case starting(until: Moment)
        case running
        /// Asked to stop; shut out at that moment.
        case stopping(until: Moment, then: AfterStop)
    }

    /// Why a child is not there.
    package enum Down: String, Hashable, Sendable {
        case notStarted = "not started"
        /// It ended by itself and is not due to come back.
        case finished
        /// It was stopped by command, by directive, or because its limit is used up.
        case held
    }

    /// What follows once a child that was asked to stop is gone.
    package enum AfterStop: Hashable, Sendable {
        /// It starts again in turn, with the others of its group.
        case queue
        /// It starts again at once, by command.
        case restart
        /// It is judged as if it had ended by itself for this reason.
        case judge(ExitReason)
        /// It stays down by command.
        case hold
        /// It stays down because the supervisor ends.
        case end
        /// Its spec goes.
        case remove

        /// Whether a new incarnation may follow.
        var comesBack: Bool {
            switch self {
            case .queue, .restart, .judge: true
            case .hold, .end, .remove: false
            }
        }
    }
}
