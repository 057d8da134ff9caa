package import Bus
import Domain
package import Logging

/// Keeps the station's health: asks the probes, follows the supervisors' reports, and tells when something changes.
package actor HealthAgent: SupervisedActor {
    /// What the actor works with.
    package struct Parts: Sendable {
        package var bus: EventBus
        package var board: HealthBoard
        package var probes: [HealthProbe]
        package var soundings: [HealthSounding]
        /// How often the probes are asked.
        package var every: Duration
        /// How long a sounding rests between two questions.
        package var soundEvery: Duration
        package var stopwatch: Stopwatch
        package var now: @Sendable () -> Timestamp
        package var logger: Logger

        package init(
            bus: EventBus,
            board: HealthBoard,
            probes: [HealthProbe],
            soundings: [HealthSounding] = [],
            every: Duration = .seconds(2),
            soundEvery: Duration = .seconds(10),
            stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
            now: @escaping @Sendable () -> Timestamp = { .now },
            logger: Logger
        ) {
            self.bus = bus
            self.board = board
            self.probes = probes
            self.soundings = soundings
            self.every = every
            self.soundEvery = soundEvery
            self.stopwatch = stopwatch
            self.now = now
            self.logger = logger
        }
    }

    package nonisolated let name: ActorName
    private let context: ActorContext
    private let parts: Parts
    private let publisher: Publisher
    private var published: HealthSnapshot?

    package init(context: ActorContext, parts: Parts) {
        name = context.name
        self.context = context
        self.parts = parts
        publisher = Publisher(bus: parts.bus, incarnation: context.incarnation)
    }

    package func run() async throws {
        let actors = try parts.bus.subscribe(to: ActorChanged.self, as: name)
        let supervisors = try parts.bus.subscribe(to: SupervisorChanged.self, as: name)
        try look()
        context.ready()
        do {
            try await withThrowingTaskGroup { group in
                // A child for each stream, and for each question: one that hangs must not hide the others.
                group.addTask { for await change in actors { try await self.note(change.payload) } }
                group.addTask { for await change in supervisors { try await self.note(change.payload) } }
                group.addTask { try await self.lookRegularly() }
                for sounding in parts.soundings { group.addTask { try await self.sound(sounding) } }
                // The first that breaks or is cancelled ends the others.
                for try await _ in group {}
            }
        } catch is CancellationError {
            return
        }
    }

    private func lookRegularly() async throws {
        while true {
            try await parts.stopwatch.sleep(for: parts.every)
            try look()
            context.progress()
        }
    }

    /// Asks one question again and again; what comes of it is seen at the next look.
    private func sound(_ sounding: HealthSounding) async throws {
        while true {
            let begin = parts.stopwatch.elapsed
            let failure = await outcome(of: sounding)
            try Task.checkCancellation()
            let finding = failure == nil ? .ok : HealthFinding(.failing, sounding.failure)
            let latency = failure == nil ? parts.stopwatch.elapsed - begin : nil
            if let failure {
                parts.logger.debug("a part gave no answer", metadata: ["reason": "\(sounding.name): \(failure)"])
            }
            parts.board.note(HealthSounding.Result(finding: finding, latency: latency), of: sounding)
            try await parts.stopwatch.sleep(for: parts.soundEvery)
        }
    }

    /// - Returns: why there is no answer; `nil` when there is one in time.
    private func outcome(of sounding: HealthSounding) async -> String? {
        let (stopwatch, board) = (parts.stopwatch, parts.board)
        return await withTaskGroup(of: String?.self) { group in
            // The question against its time; whichever is first is what is told.
            group.addTask {
                do {
                    try await sounding.ask()
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            group.addTask {
                do {
                    try await stopwatch.sleep(for: sounding.limit)
                    // Told now: a question that does not even end when it is given up keeps this group waiting.
                    let finding = HealthFinding(.failing, sounding.failure)
                    board.note(HealthSounding.Result(finding: finding, latency: nil), of: sounding)
                    return "no answer in \(sounding.limit)"
                } catch {
                    return "cancelled"
                }
            }
            let first = await group.next() ?? "cancelled"
            group.cancelAll()
            return first
        }
    }

    private func note(_ change: ActorChanged) throws {
        parts.board.note(change)
        try look()
    }

    private func note(_ change: SupervisorChanged) throws {
        parts.board.note(change)
        try look()
    }

    private func look() throws {
        let findings = parts.probes.map { (probe: $0, finding: $0.check()) }
        try context.incarnation.check()
        let snapshot = parts.board.renew(findings, at: parts.now())
        if let published, published.says(snapshot) { return }
        try publisher.publish(
            HealthChanged(status: snapshot.status, reasons: snapshot.reasons, checks: snapshot.checks)
        )
        log(snapshot, before: published?.status)
        published = snapshot
    }

    private func log(_ snapshot: HealthSnapshot, before: HealthStatus?) {
        guard snapshot.status != before else { return }
        let level: Logger.Level =
            switch snapshot.status {
            case .ok, .starting: .notice
            case .degraded: .warning
            case .failing: .error
            }
        parts.logger.log(
            level: level,
            "health changed",
            metadata: ["status": "\(snapshot.status)", "reason": "\(snapshot.reasons.joined(separator: "; "))"]
        )
    }
}
