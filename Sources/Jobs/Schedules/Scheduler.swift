import Bus
import Store

/// Fires schedules at their times, beside any number of daemons that do the same.
package struct Scheduler: Sendable {
    private let book: ScheduleBook
    private let clock: any Clock<Duration>
    private let pollEvery: Duration
    private let hooks: SchedulerHooks

    /// - Parameters:
    ///   - book: the schedules.
    ///   - clock: measures waits only; what time it is, the database says.
    ///   - pollEvery: the longest sleep, for when a notice is lost.
    ///   - hooks: told what happens.
    package init(
        _ book: ScheduleBook,
        clock: any Clock<Duration> = ContinuousClock(),
        pollEvery: Duration = .seconds(1),
        hooks: SchedulerHooks = SchedulerHooks()
    ) {
        self.book = book
        self.clock = clock
        self.pollEvery = pollEvery
        self.hooks = hooks
    }

    /// Runs until it is cancelled.
    ///
    /// - Throws: `StoreError` when the store has been closed.
    package func run() async throws {
        var backoff = ScheduleBackoff()
        var failuresInARow = 0
        var pruneAt: Timestamp?
        while !Task.isCancelled {
            // Listening begins before looking, so that no change falls between the two.
            let notices = book.store.notices()
            let report = await book.tick(backoff)
            backoff.note(report)
            hooks.tell(report)
            if let error = report.interruption {
                if error.code == .cancelled { return }
                guard error.disposition != .stop else { throw error }
                failuresInARow += 1
                await pause(min(.seconds(30), .milliseconds(250 << min(failuresInARow - 1, 10))), untilOneOf: nil)
                continue
            }
            failuresInARow = 0
            if let now = report.now, now >= pruneAt ?? now {
                pruneAt = now.advanced(by: await prune() ? .zero : .seconds(3600))
            }
            await pause(min(pollEvery, report.untilNext ?? pollEvery), untilOneOf: notices)
        }
    }

    /// - Returns: whether there is more to remove.
    private func prune() async -> Bool {
        let limit = 1000
        do {
            return try await book.prune(limit: limit) == limit
        } catch {
            hooks.failed(nil, error)
            return false
        }
    }

    /// Sleeps, but no longer than until a schedule has been changed.
    private func pause(_ duration: Duration, untilOneOf notices: AsyncStream<String>?) async {
        await withTaskGroup(of: Bool.self) { group in
            // The time against news.
            group.addTask { [clock] in
                // Cancelled: then the wait is over too.
                _ = try? await clock.sleep(for: duration)
                return true
            }
            if let notices {
                group.addTask { await notices.contains(ScheduleBook.notice) }
            }
            // A stream that ends tells nothing.
            for await isOver in group where isOver { break }
            group.cancelAll()
        }
    }
}

/// Who is told what a scheduler does: for logs and metrics.
package struct SchedulerHooks: Sendable {
    package var ran: @Sendable (ScheduleRun) -> Void
    package var lost: @Sendable (TickReport.Lost) -> Void
    /// The schedule, or `nil` when it concerns them all.
    package var failed: @Sendable (_ schedule: String?, _ error: any Error) -> Void

    package init(
        ran: @escaping @Sendable (ScheduleRun) -> Void = { _ in },
        lost: @escaping @Sendable (TickReport.Lost) -> Void = { _ in },
        failed: @escaping @Sendable (_ schedule: String?, _ error: any Error) -> Void = { _, _ in }
    ) {
        self.ran = ran
        self.lost = lost
        self.failed = failed
    }

    func tell(_ report: TickReport) {
        report.runs.forEach(ran)
        report.lost.forEach(lost)
        for failure in report.failures { failed(failure.schedule, failure.error) }
        if let error = report.interruption, error.disposition != .stop { failed(nil, error) }
    }
}
