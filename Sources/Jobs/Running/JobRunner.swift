package import Bus
import Store

/// Works on the queues of one daemon: claims jobs, runs them, keeps their leases, and records how they end.
///
/// Two tasks carry it, so that it can stop in order: `runHands` runs the jobs and is started first; `runLanes` claims,
/// and when it is cancelled it stops claiming, lets running jobs end within their grace, hands the rest back, and only
/// then returns. After that nothing is left for `runHands` to do.
package final class JobRunner: Sendable {
    private let parts: JobRunnerParts
    private let hands: JobHands

    /// - Parameters:
    ///   - queue: the jobs.
    ///   - handlers: one for each kind that may turn up in the lanes' queues.
    ///   - settings: the lanes, and all times.
    ///   - worker: this process's own id, new at each start.
    ///   - clock: measures waits and time limits; what is stored goes by the database's clock.
    ///   - probe: for drills.
    ///   - report: told of everything that happens, on any thread.
    package init(
        queue: JobQueue,
        handlers: [JobHandler],
        settings: JobRunnerSettings,
        worker: UUIDv7,
        clock: any Clock<Duration> = ContinuousClock(),
        probe: JobProbe = JobProbe(),
        report: @escaping @Sendable (JobReport) -> Void = { _ in }
    ) {
        let parts = JobRunnerParts(
            queue: queue,
            handlers: handlers,
            settings: settings,
            worker: worker,
            clock: clock,
            probe: probe,
            report: report
        )
        self.parts = parts
        hands = JobHands(parts)
    }

    /// Jobs that run here now.
    package var runningCount: Int { hands.running.all.count }

    /// Runs claimed jobs until the task is cancelled; once.
    package func runHands() async { await hands.run() }

    /// Claims jobs until the task is cancelled; then waits until nothing runs any more.
    ///
    /// - Throws: `JobRunnerError` when `runHands` has ended: there is nobody to run what is claimed.
    package func runLanes() async throws(JobRunnerError) {
        // Before anything is looked at, so that no notice falls between.
        let notices = parts.queue.store.notices()
        let lanes = parts.settings.lanes.map { JobLane($0, parts) }
        let isOver = await withTaskGroup(of: Bool.self) { group in
            for lane in lanes {
                // Each lane by itself: a queue that is full holds up no other. Beside them, what rings for them.
                group.addTask { [hands] in
                    await lane.run(hands)
                    return hands.isOver
                }
            }
            group.addTask { [self] in
                await listen(notices, lanes)
                return false
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    await parts.sleep(parts.settings.pollInterval)
                    for lane in lanes { lane.notice() }
                }
                return false
            }
            for await isOver in group where isOver {
                group.cancelAll()
                return true
            }
            return false
        }
        guard !isOver else { throw JobRunnerError.handsAreGone }
        await hands.drainAndWait()
    }

    private func listen(_ notices: AsyncStream<String>, _ lanes: [JobLane]) async {
        for await notice in notices {
            switch notice {
            case JobNotice.cancelled: parts.wantLook()
            case JobNotice.everything:
                parts.wantLook()
                for lane in lanes { lane.notice() }
            default:
                for lane in lanes where notice == JobNotice.queue(lane.queue.text) { lane.notice() }
            }
        }
    }
}

/// Why a runner ended.
package enum JobRunnerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The task that runs jobs has ended before the one that claims them.
    case handsAreGone

    package var description: String { "nobody is left to run the jobs that would be claimed" }
}
