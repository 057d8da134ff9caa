package import Bus

/// The station's health is another than before.
package struct HealthChanged: StateEvent, DocumentedEvent {
    package static let topic: Topic = "system.health.changed"
    package static let summary = "The station's health is another than before."
    package let status: HealthStatus
    /// Why it is not `ok`, one sentence each.
    package let reasons: [String]
    /// The state of each part that is looked at, by its name.
    package let checks: [String: HealthStatus]

    package init(status: HealthStatus, reasons: [String], checks: [String: HealthStatus]) {
        self.status = status
        self.reasons = reasons
        self.checks = checks
    }
}

/// How a part of the station is, or all of it.
package enum HealthStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case ok
    /// Not there yet, and that is to be expected.
    case starting
    /// It serves, but less well than it should.
    case degraded
    /// It does not serve.
    case failing
}

extension HealthStatus: Comparable {
    private var weight: Int {
        switch self {
        case .ok: 0
        case .starting: 1
        case .degraded: 2
        case .failing: 3
        }
    }

    /// Better comes before worse.
    package static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.weight < right.weight }
}

/// Something happened to a supervised actor.
///
/// The subject is the actor; those whose names cannot be a subject have none.
package struct ActorChanged: DataEvent, DocumentedEvent {
    package static let topic: Topic = "system.actor.changed"
    package static let summary = "Something happened to a supervised actor."

    package enum What: String, Codable, Hashable, Sendable, CaseIterable {
        case started
        case ready
        case exited
        /// The same incarnation runs on after an error.
        case resumed
        case restarting
        case stopping
        /// It ignored cancellation; what it still does has no effect any more.
        case fenced
        case zombieAppeared = "zombie_appeared"
        case zombieEnded = "zombie_ended"
        /// Its restart limit is used up; it is tried again now and then.
        case degraded
        case recovered
        /// It stays down until an operator starts it.
        case heldDown = "held_down"
        case removed
    }

    package let id: ActorName
    package let supervisor: ActorName
    /// 1 for the first life, one more at each restart.
    package let incarnation: UInt64
    package let what: What
    /// Why, in words that are safe to show; absent where there is nothing to say.
    package let reason: String?

    package init(id: ActorName, supervisor: ActorName, incarnation: UInt64, what: What, reason: String?) {
        self.id = id
        self.supervisor = supervisor
        self.incarnation = incarnation
        self.what = what
        self.reason = reason
    }

    package var subject: Subject? { Subject(id.text) }
}

/// Something happened to a supervisor as a whole.
package struct SupervisorChanged: DataEvent, DocumentedEvent {
    package static let topic: Topic = "system.supervisor.changed"
    package static let summary = "Something happened to a supervisor as a whole."

    package enum What: String, Codable, Hashable, Sendable, CaseIterable {
        /// All its children are up for the first time.
        case ready
        /// It gives up, and the failure goes a level up.
        case escalated
        case ended
    }

    package let id: ActorName
    package let what: What
    package let reason: String?

    package init(id: ActorName, what: What, reason: String?) {
        self.id = id
        self.what = what
        self.reason = reason
    }

    package var subject: Subject? { Subject(id.text) }
}

/// New settings are in force.
package struct ConfigReloaded: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.config.reloaded"
    package static let summary = "New settings are in force."
    /// The keys whose values changed.
    package let changed: [String]
    /// Keys that changed in the files, but hold only after a restart.
    package let needRestart: [String]
    /// Who asked for it.
    package let caller: String

    package init(changed: [String], needRestart: [String], caller: String) {
        self.changed = changed
        self.needRestart = needRestart
        self.caller = caller
    }
}

/// New settings were refused; the old ones stay in force.
package struct ConfigRejected: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.config.rejected"
    package static let summary = "New settings were refused; the old ones stay in force."
    /// One line for each mistake.
    package let problems: [String]
    package let caller: String

    package init(problems: [String], caller: String) {
        self.problems = problems
        self.caller = caller
    }
}

/// Somebody called a control method that changes something: the audit trail.
package struct ControlCalled: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.control.called"
    package static let summary = "Somebody called a control method that changes something."

    package enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
        case done
        case refused
        case failed
    }

    package let method: String
    /// The name of the caller's key, or how it came in.
    package let caller: String
    package let role: String
    package let outcome: Outcome
    /// The parameters in short, without secrets; absent where there are none.
    package let detail: String?

    package init(method: String, caller: String, role: String, outcome: Outcome, detail: String?) {
        self.method = method
        self.caller = caller
        self.role = role
        self.outcome = outcome
        self.detail = detail
    }
}

/// The emergency stop was pulled or released: while it is on, the output is silent and nothing is spent.
package struct AirMuted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.air.muted"
    package static let summary = "The emergency stop was pulled (muted) or released."
    /// `false` when it was released.
    package let muted: Bool
    package let reason: String?
    package let caller: String

    package init(muted: Bool, reason: String?, caller: String) {
        self.muted = muted
        self.reason = reason
        self.caller = caller
    }
}

/// An operator took the station off the air or put it back: while it is off, hosts say nothing and the bed plays.
package struct AirStopped: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.air.stopped"
    package static let summary = "An operator took the station off the air (stopped) or put it back."
    /// `false` when the programme went on.
    package let stopped: Bool
    package let reason: String?
    package let caller: String

    package init(stopped: Bool, reason: String?, caller: String) {
        self.stopped = stopped
        self.reason = reason
        self.caller = caller
    }
}

/// The run before this one did not end in order.
package struct CrashDetected: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.crash.detected"
    package static let summary = "The run before this one did not end in order."
    /// The process that ended so, where it is known.
    package let pid: Int?
    /// When it had started, where it is known.
    package let startedAt: Timestamp?
    package let detail: String

    package init(pid: Int?, startedAt: Timestamp?, detail: String) {
        self.pid = pid
        self.startedAt = startedAt
        self.detail = detail
    }
}

/// The daemon is ready.
package struct DaemonStarted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.daemon.started"
    package static let summary = "The daemon is ready."
    package let version: String
    package let pid: Int
    /// From the start of the process until it was ready.
    package let startupMilliseconds: Double
    package let production: Bool

    package init(version: String, pid: Int, startupMilliseconds: Double, production: Bool) {
        self.version = version
        self.pid = pid
        self.startupMilliseconds = startupMilliseconds
        self.production = production
    }
}

/// The daemon has begun to stop.
package struct DaemonStopping: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.daemon.stopping"
    package static let summary = "The daemon has begun to stop."
    package let reason: String
    package let uptimeSeconds: Double

    package init(reason: String, uptimeSeconds: Double) {
        self.reason = reason
        self.uptimeSeconds = uptimeSeconds
    }
}
