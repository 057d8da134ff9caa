package import Bus
import Logging
package import Store

/// Makes handlers of jobs from workflows.
///
/// Several versions of one name may be given. A run goes on with the code of the version that it began with; when that
/// is no longer there, with the newest, which has to fit the run's record.
package struct WorkflowRunner: Sendable {
    private let store: any Storage
    private let author: Incarnation
    private let settings: FlowSettings
    private let workflows: [String: [WorkflowDefinition]]

    /// - Parameters:
    ///   - workflows: what there is to run.
    ///   - store: where runs are recorded.
    ///   - author: who publishes their events.
    ///   - settings: what all runs share.
    package init(
        _ workflows: [WorkflowDefinition],
        store: any Storage,
        author: Incarnation = Incarnation(of: "workflows"),
        settings: FlowSettings = FlowSettings()
    ) {
        self.workflows = Dictionary(grouping: workflows, by: \.name)
        self.store = store
        self.author = author
        self.settings = settings
    }

    /// How long a run may go on without waiting; each step has its own limit.
    private static let timeout = Duration.seconds(86_400)

    /// One for each workflow's name.
    package var handlers: [JobHandler] {
        workflows.compactMap { name, versions in
            guard let newest = versions.max(by: { $0.version < $1.version }) else { return nil }
            return JobHandler(kind: name, queue: newest.queue, timeout: WorkflowRunner.timeout) { input, job in
                try await run(newest, versions, input, job)
            }
        }
    }

    /// Takes a run up: replays what is recorded of it, and goes on from there.
    private func run(
        _ newest: WorkflowDefinition,
        _ versions: [WorkflowDefinition],
        _ input: String,
        _ job: JobContext
    ) async throws -> JobOutcome {
        let journal = RunJournal(
            store: store,
            author: author,
            run: job.id,
            workflow: newest.name,
            leaseEpoch: job.leaseEpoch,
            correlation: job.correlation
        )
        do {
            let record = try await takeUp(journal, newest.version, job)
            let definition = versions.first { $0.version == record.version } ?? newest
            noteLength(of: record)
            try settings.probe.pass(.afterClaim)
            let life = RunLife(
                record: record,
                definition: definition,
                input: input,
                journal: journal,
                settings: settings
            )
            return try await life.run()
        } catch let ending as FlowEnding {
            if case .parked(let time) = ending { return .snoozed(until: time) }
            throw ending.jobError
        }
    }

    private func takeUp(_ journal: RunJournal, _ version: Int, _ job: JobContext) async throws -> RunRecord {
        // A job that was started over counts its attempts anew. Otherwise the run's end is known, and only its job
        // does not know it yet.
        if let record = try await RunRecord.read(job.id, from: store), record.version > 0 {
            guard record.state == .failed || record.state == .cancelled, job.attempt == 1 else { return record }
            guard !record.steps.contains(where: { $0.kind == .compensation && $0.isFinished }) else {
                throw JobError(.permanent, "what this run has done has been undone: begin a new one")
            }
        }
        try await journal.begin(version: version)
        guard let record = try await RunRecord.read(job.id, from: store) else {
            throw StoreError(.corrupt, "workflow_run")
        }
        return record
    }

    private func noteLength(of record: RunRecord) {
        guard record.steps.count > Replay.stepCountLong else { return }
        settings.logger.warning(
            "a workflow run is long: it should go on as a new run",
            metadata: ["workflow": "\(record.name)", "run": "\(record.id)", "count": "\(record.steps.count)"]
        )
    }
}

/// The names of the notices about workflows.
package enum WorkflowNotice {
    static let prefix = "workflow/"

    /// A run has ended, or goes on as another.
    package static func finished(_ run: UUIDv7) -> String { "\(prefix)\(run)" }
}

extension FlowEnding {
    /// What the job's runner is told when a run is neither at its end nor waits.
    fileprivate var jobError: any Error {
        switch self {
        case .interrupted: CancellationError()
        case .storage(let error): error
        case .leaseLost: JobError(.transient, LeaseLost().description)
        case .hindered(let what): JobError(.transient, what)
        case .nondeterministic(let difference): JobError(.permanent, difference.description)
        case .broken(let what): JobError(.permanent, what)
        case .parked, .cancelRequested, .recordEnds, .continued: JobError(.permanent, "the run was left: \(self)")
        }
    }
}
