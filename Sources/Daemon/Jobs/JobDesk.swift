import Actors
import Bus
import Jobs
import Store
import Threading

/// The job engine of one daemon: what it can run, what it works on, and the runner of the moment.
final class JobDesk: Sendable {
    let queue: JobQueue
    let schedules: ScheduleBook
    let workflows: WorkflowClient
    /// This process's own id, new at each start; never a host's name.
    let worker = Leadership.freshHolder()
    let telemetry: JobTelemetry
    private let handlers: [JobHandler]
    private let definitions: [WorkflowDefinition]
    private let settings: JobsConfig
    private let probe: JobProbe
    private let runner = Mutex<JobRunner?>(nil)

    init(
        store: any Storage,
        handlers: [JobHandler],
        workflows definitions: [WorkflowDefinition],
        settings: JobsConfig,
        telemetry: JobTelemetry,
        probes: Probes = Probes()
    ) {
        queue = JobQueue(store: store)
        schedules = ScheduleBook(store: store, probe: probes.schedules)
        workflows = WorkflowClient(store: store)
        var flow = FlowSettings()
        flow.probe = probes.workflows
        self.definitions = definitions
        self.handlers = handlers + WorkflowRunner(definitions, store: store, settings: flow).handlers
        self.settings = settings
        self.telemetry = telemetry
        probe = probes.jobs
    }

    /// Where drills may break things; empty otherwise.
    struct Probes: Sendable {
        var jobs = JobProbe()
        var workflows = WorkflowProbe()
        var schedules = ScheduleProbe()
    }

    /// The workflow of this name, in its newest version.
    func workflow(_ name: String) -> WorkflowDefinition? {
        definitions.filter { $0.name == name }.max { $0.version < $1.version }
    }

    var workflowNames: [String] { Set(definitions.map(\.name)).sorted() }

    /// The kinds of jobs that can be enqueued from outside.
    var kinds: [String] { handlers.map(\.kind).sorted() }

    /// The queue that jobs of a kind go to.
    func queue(of kind: String) -> QueueName? { handlers.first { $0.kind == kind }?.queue }

    /// The queues that this daemon works on, with their slots.
    var lanes: [JobRunnerSettings.Lane] {
        let known = Set(handlers.map(\.queue.text)).sorted()
        let wanted = settings.runs.isEmpty ? known : settings.runs
        return wanted.compactMap(QueueName.init).map { queue in
            let isWorkflows = definitions.contains { $0.queue == queue }
            return JobRunnerSettings.Lane(queue, slots: isWorkflows ? settings.workflowSlots : settings.slots)
        }
    }

    /// Jobs that run here now.
    var runningCount: Int { runner.withLock { $0 }?.runningCount ?? 0 }

    /// Makes a runner, which the two actors that carry it share.
    func makeRunner() -> JobRunner {
        var runnerSettings = JobRunnerSettings(lanes: lanes)
        runnerSettings.lease = .seconds(settings.leaseSeconds)
        runnerSettings.stopGrace = .seconds(settings.stopGraceSeconds)
        runnerSettings.cancelGrace = JobDesk.cancelGrace
        runnerSettings.host = SystemFacts.hostName
        runnerSettings.pollInterval = pollInterval
        let made = JobRunner(
            queue: queue,
            handlers: handlers,
            settings: runnerSettings,
            worker: worker,
            probe: probe,
            report: { [telemetry] in telemetry.note($0) }
        )
        runner.withLock { $0 = made }
        return made
    }

    /// The runner of the moment.
    ///
    /// - Throws: `JobRunnerError` when there is none.
    func currentRunner() throws(JobRunnerError) -> JobRunner {
        guard let current = runner.withLock({ $0 }) else { throw .handsAreGone }
        return current
    }

    func makeKeeper() -> JobKeeper {
        var keeping = JobKeeper.Settings()
        keeping.completedKept = .seconds(settings.keepCompletedHours * 3600)
        keeping.failedKept = .seconds(settings.keepFailedDays * 86_400)
        keeping.stageIntervalMax = pollInterval
        return JobKeeper(
            queue: queue,
            worker: worker,
            settings: keeping,
            report: { [telemetry] in telemetry.note($0) }
        )
    }

    /// On SQLite nobody else puts jobs into the file, so notices tell of all of them; looking is for what goes wrong.
    private var pollInterval: Duration { queue.store.dialect == .sqlite ? .seconds(10) : .seconds(1) }

    /// How long a job may take to end once it is cancelled.
    private static let cancelGrace: Duration = .seconds(3)

    /// How long the lanes may take to stop.
    var stopMax: Duration { .seconds(settings.stopGraceSeconds) + JobDesk.cancelGrace + .seconds(2) }
}
