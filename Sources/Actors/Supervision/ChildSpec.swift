package import Bus

/// One child of a supervisor, as data: what it is, and what happens when it ends.
///
/// The restart type has no default, so that nobody inherits a policy without having read it.
package struct ChildSpec: Sendable {
    package typealias Factory = @Sendable (ActorContext) async throws -> any SupervisedActor

    package let name: ActorName
    package let body: Body
    package var restart: RestartType
    package var shutdown: Shutdown
    /// Its own end may end the supervisor: see `AutoShutdown`.
    package var isSignificant = false
    package var readiness: Readiness = .onStart
    /// How long it may take to become ready; `nil` waits for ever.
    package var startTimeout: Duration?
    /// Its own restart limit, beside the supervisor's; `nil` for none.
    package var limit: RestartLimit?
    package var backoff: Backoff = .none
    package var heartbeat: Heartbeat?
    package var whenExhausted: Exhaustion = .escalate
    /// What to do about failures of a class; a class that is not listed restarts.
    package var directives: [FailureClass: Directive] = [:]

    private init(name: ActorName, body: Body, restart: RestartType, shutdown: Shutdown, startTimeout: Duration?) {
        self.name = name
        self.body = body
        self.restart = restart
        self.shutdown = shutdown
        self.startTimeout = startTimeout
    }

    /// A child that does work.
    ///
    /// - Parameters:
    ///   - name: unique in the whole tree.
    ///   - restart: after which ends it comes back.
    ///   - shutdown: how long it may take to stop.
    ///   - startTimeout: how long it may take to become ready; `nil` waits for ever.
    ///   - factory: builds one incarnation; called again, with a new context, at every restart.
    /// - Returns: a spec whose other settings are at their defaults.
    package static func worker(
        _ name: ActorName,
        restart: RestartType,
        shutdown: Shutdown = .after(.seconds(5)),
        startTimeout: Duration? = .seconds(10),
        factory: @escaping Factory
    ) -> ChildSpec {
        ChildSpec(name: name, body: .worker(factory), restart: restart, shutdown: shutdown, startTimeout: startTimeout)
    }

    /// A nested supervisor.
    ///
    /// It is ready once all its children are.
    package static func supervisor(
        _ spec: SupervisorSpec,
        restart: RestartType,
        shutdown: Shutdown = .infinity
    ) -> ChildSpec {
        ChildSpec(name: spec.name, body: .supervisor(spec), restart: restart, shutdown: shutdown, startTimeout: nil)
    }

    /// A copy with some settings changed.
    package func with(_ change: (inout ChildSpec) -> Void) -> ChildSpec {
        var copy = self
        change(&copy)
        return copy
    }
}

extension ChildSpec {
    /// What the child runs.
    package enum Body: Sendable {
        case worker(Factory)
        case supervisor(SupervisorSpec)
    }

    /// After which ends a child comes back.
    package enum RestartType: String, Hashable, Sendable, CaseIterable {
        /// After every end.
        case permanent
        /// After a failure only.
        case transient
        /// Never; its spec goes with it.
        case temporary
    }

    /// How long a child may take to stop.
    package enum Shutdown: Hashable, Sendable {
        /// Cancelled and shut out at once.
        case brutal
        /// Cancelled, and shut out when it is still there after this long.
        case after(Duration)
        /// Cancelled, and waited for as long as it takes.
        case infinity
    }

    /// When the next sibling may start.
    package enum Readiness: String, Hashable, Sendable, CaseIterable {
        /// As soon as the factory has returned.
        case onStart
        /// When the child calls `ActorContext.ready()`.
        case reported
    }

    /// How often a child must report progress once it is ready.
    package struct Heartbeat: Hashable, Sendable {
        package let interval: Duration
        /// After this many intervals without progress the child counts as failed.
        package let missed: Int

        package init(every interval: Duration, missed: Int = 3) {
            self.interval = interval
            self.missed = missed
        }

        /// The longest silence allowed.
        var silenceMax: Duration { interval * missed }
    }

    /// What happens when a restart limit is used up.
    package enum Exhaustion: Hashable, Sendable {
        /// The supervisor gives up, and its parent decides.
        case escalate
        /// The child stays down until an operator starts it; the siblings go on.
        case stop
        /// The child is tried again at this interval for as long as it takes; the siblings go on.
        case degrade(every: Duration)
    }

    var isSupervisor: Bool {
        if case .supervisor = body { true } else { false }
    }
}
