import Bus
import Jobs
import Logging
import Telemetry
import Threading

/// Turns what happens to jobs into metrics and log lines.
///
/// Called on whatever thread caused the report, and never waits.
final class JobTelemetry: Sendable {
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "jobs")
    private let latest = Mutex<[QueueCounts]>([])

    init(metrics: MetricsRegistry) { self.metrics = metrics }

    func note(_ report: JobReport) {
        switch report {
        case .claimed(let queue, let count): metrics.counter(.jobsClaimed, queue).increment(by: count)
        case .ended(let ended): note(ended)
        case .leaseLost(let queue, let kind, let job):
            metrics.counter(.jobsLeasesLost, queue).increment()
            logger.warning("a job lost its lease, nothing of it was written", metadata: about(queue, kind, job))
        case .stuck(let queue, let kind, let job):
            metrics.counter(.jobsStuck, queue).increment()
            logger.error("a job goes on although it was cancelled", metadata: about(queue, kind, job))
        case .storeFailed(let what, let error): noteStoreFailure(what, error)
        }
    }

    private func note(_ ended: JobReport.Ended) {
        metrics.counter(.jobsEnded, ended.queue, ended.state.rawValue).increment()
        metrics.histogram(.jobsRunSeconds, ended.kind).observe(ended.ran)
        if ended.waited >= .zero { metrics.histogram(.jobsWaitSeconds, ended.queue).observe(ended.waited) }
        guard let message = ended.message else { return }
        var metadata = about(ended.queue, ended.kind, ended.job)
        metadata[LogKey.error] = "\(message)"
        metadata[LogKey.jobMS] = "\(ended.ran / .milliseconds(1))"
        if ended.state == .discarded {
            logger.error("a job failed for good", metadata: metadata)
        } else {
            logger.warning("a job failed and will be tried again", metadata: metadata)
        }
    }

    func note(_ report: JobKeeper.Report) {
        switch report {
        case .staged: break
        case .leads(let term): metrics.gauge(.jobsLeading).set(Double(term))
        case .follows: metrics.gauge(.jobsLeading).set(0)
        case .rescued(let count, let discarded):
            metrics.counter(.jobsRescued, "again").increment(by: count - discarded)
            metrics.counter(.jobsRescued, "discarded").increment(by: discarded)
            logger.warning(
                "jobs taken back from a worker that stopped answering",
                metadata: [LogKey.count: "\(count)"]
            )
        case .pruned(let count): metrics.counter(.jobsPruned).increment(by: count)
        case .failed(let what, let error): noteStoreFailure(what, error)
        }
    }

    /// What every queue held when it was last counted.
    var counts: [QueueCounts] { latest.withLock { $0 } }

    func note(_ counts: [QueueCounts]) {
        latest.withLock { $0 = counts }
        for count in counts {
            for (state, number) in [
                ("scheduled", count.scheduled), ("available", count.available), ("running", count.running),
                ("retryable", count.retryable), ("discarded", count.discarded),
            ] { metrics.gauge(.jobsDepthJobs, count.queue, state).set(Double(number)) }
        }
    }

    /// What the scheduler tells.
    var scheduling: SchedulerHooks {
        SchedulerHooks(
            ran: { [metrics] run in metrics.counter(.jobsSchedulesFired, run.schedule).increment() },
            lost: { [metrics, logger] lost in
                metrics.counter(.jobsSchedulesMissed, lost.schedule).increment(by: lost.missed + lost.overlapping)
                logger.notice(
                    "times of a schedule were skipped",
                    metadata: [LogKey.reason: "\(lost.schedule)", LogKey.count: "\(lost.missed + lost.overlapping)"]
                )
            },
            failed: { [logger] schedule, error in
                logger.error(
                    "a schedule could not be fired",
                    metadata: [LogKey.reason: "\(schedule ?? "all of them")", LogKey.error: "\(error)"]
                )
            }
        )
    }

    private func noteStoreFailure(_ what: String, _ error: String) {
        metrics.counter(.jobsStoreFailures).increment()
        logger.warning(
            "the store did not answer, trying again",
            metadata: [LogKey.reason: "\(what)", LogKey.error: "\(error)"]
        )
    }

    private func about(_ queue: String, _ kind: String, _ job: UUIDv7) -> Logger.Metadata {
        [LogKey.queue: "\(queue)", LogKey.reason: "\(kind)", LogKey.requestID: "\(job)"]
    }
}
