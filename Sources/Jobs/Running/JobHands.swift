import Bus
import Store
import Threading

/// Runs claimed jobs, keeps their leases, and records how they end.
///
/// Its tasks are not those that claim, so that a stop can first end the claiming and then let the jobs come to an end.
final class JobHands: Sendable {
    struct Claimed: Sendable {
        let record: JobRecord
        let line: JobLine
        let lane: JobLane
    }

    /// How long a job may take of whose kind nothing is known: it only has to be told so.
    private static let unknownTimeout: Duration = .seconds(3600)

    let running = RunningJobs()
    private let parts: JobRunnerParts
    private let finisher: Finisher
    private let claimed: AsyncStream<Claimed>
    private let intake: AsyncStream<Claimed>.Continuation
    private let draining: AsyncStream<CheckedContinuation<Void, Never>>
    private let drains: AsyncStream<CheckedContinuation<Void, Never>>.Continuation

    init(_ parts: JobRunnerParts) {
        self.parts = parts
        finisher = Finisher(queue: parts.queue)
        // Bounded by the lanes' slots.
        (claimed, intake) = AsyncStream.makeStream(of: Claimed.self)
        (draining, drains) = AsyncStream.makeStream(of: CheckedContinuation<Void, Never>.self)
    }

    /// Takes a claimed job over.
    func take(_ record: JobRecord, for lane: JobLane) {
        let timeout = parts.handlers[record.kind]?.timeout ?? JobHands.unknownTimeout
        let line = JobLine(JobContext(record), deadline: parts.elapsed + timeout)
        // At once, so that the next heartbeat knows of it, and a drain waits for it.
        running.add(line)
        intake.yield(Claimed(record: record, line: line, lane: lane))
    }

    private let over = Atomic<Bool>(false)

    /// Whether nothing will be run any more.
    var isOver: Bool { over.load(ordering: .acquiring) }

    // MARK: Life

    /// Runs until the task is cancelled; once.
    func run() async {
        defer {
            over.store(true, ordering: .releasing)
            // Nobody waits for what nobody will do.
            drains.finish()
        }
        await withDiscardingTaskGroup { group in
            // Beside the jobs: what records their ends, what minds their leases, and who wants them drained.
            group.addTask { [self] in
                await finisher.run(
                    pause: { await parts.pause(afterFailures: $0) },
                    onFailure: { parts.report(.storeFailed(what: "completed jobs", error: "\($0)")) }
                )
            }
            group.addTask { [self] in await mind() }
            group.addTask { [self] in
                for await request in draining {
                    await drain()
                    request.resume()
                }
            }
            for await claim in claimed {
                // Each job by itself; the lanes bound how many there are.
                group.addTask { [self] in await perform(claim) }
            }
        }
    }

    /// Lets running jobs end, then stops them and hands them back.
    ///
    /// Returns when nothing runs any more, or nothing more can be done about it.
    func drainAndWait() async {
        await withCheckedContinuation { continuation in
            if case .enqueued = drains.yield(continuation) { return }
            continuation.resume()
        }
    }

    private func drain() async {
        await waitUntilIdle(for: parts.settings.stopGrace)
        running.stopAll(.stopping, at: parts.elapsed)
        await waitUntilIdle(for: parts.settings.cancelGrace)
    }

    private func waitUntilIdle(for limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            // The end of the last job against the time that it may take.
            group.addTask { [running] in await running.waitUntilIdle() }
            group.addTask { [parts] in await parts.sleep(limit) }
            await group.next()
            running.wakeIdleWaiters()
            group.cancelAll()
        }
    }

    // MARK: One job

    private func perform(_ claim: Claimed) async {
        let (record, line) = (claim.record, claim.line)
        parts.probe.reach(.afterClaim, line.context)
        let start = parts.elapsed
        let outcome = await execute(record, line)
        let ran = parts.elapsed - start
        parts.probe.reach(.beforeRecord, line.context)
        let ending = JobEnding(outcome, reason: line.reason, job: record, retry: parts.handlers[record.kind]?.retry)
        let isLimited = record.limitKey != nil
        // The work is done: the slot is free, unless recording has fallen far behind.
        let isEarly = !isLimited && finisher.backlog < 1024
        if isEarly { claim.lane.ended(wasLimited: false) }
        await self.record(ending, line, record, ran: ran)
        if !isEarly { claim.lane.ended(wasLimited: isLimited) }
        running.remove(line)
        parts.probe.reach(.afterRecord, line.context)
    }

    private func execute(_ record: JobRecord, _ line: JobLine) async -> Result<JobOutcome, any Error> {
        guard let handler = parts.handlers[record.kind] else {
            line.detach()
            return .failure(JobError(.transient, "nothing here runs jobs of kind \(record.kind)"))
        }
        return await withTaskGroup(of: Result<JobOutcome, any Error>.self) { group in
            // A child of its own, so that one job can be cancelled without the others.
            group.addTask {
                await withUnsafeCurrentTask { task in
                    if let task { line.attach(task) }
                    defer { line.detach() }
                    do {
                        return .success(try await handler.run(record.payload, line.context))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.next() ?? .failure(CancellationError())
        }
    }

    private func record(_ ending: JobEnding, _ line: JobLine, _ record: JobRecord, ran: Duration) async {
        let state: JobState?
        if case .completed(let result) = ending {
            let completion = JobQueue.Completion(id: record.id, epoch: record.leaseEpoch, result: result)
            state = await finisher.record(completion) ? .completed : nil
        } else {
            state = await write(ending, line.context)
        }
        guard let state else {
            parts.report(.leaseLost(queue: record.queue, kind: record.kind, job: record.id))
            return
        }
        parts.report(
            .ended(
                JobReport.Ended(
                    queue: record.queue,
                    kind: record.kind,
                    job: record.id,
                    state: state,
                    waited: record.runAt.duration(to: record.attemptedAt ?? record.runAt),
                    ran: ran,
                    message: ending.message
                )
            )
        )
    }

    /// - Returns: the state it is in now; `nil` when the lease is lost, or the runner ends.
    private func write(_ ending: JobEnding, _ job: JobContext) async -> JobState? {
        var failures = 0
        while true {
            do throws(StoreError) {
                return try await parts.queue.write(ending, job)
            } catch {
                failures += 1
                parts.report(.storeFailed(what: "the end of \(job.kind)", error: "\(error)"))
                if Task.isCancelled || error.code == .closed { return nil }
                await parts.pause(afterFailures: failures)
            }
        }
    }

    // MARK: Minding

    /// Heartbeats, time limits, and jobs that do not stop.
    private func mind() async {
        var orphans = OrphanedClaims()
        let interval = min(parts.settings.lease / 3, parts.settings.pollInterval, .seconds(1))
        var nextHeartbeat = parts.elapsed
        while !Task.isCancelled {
            let now = parts.elapsed
            for line in running.all {
                if now >= line.deadline { line.stop(.timedOut, at: now) }
                if line.giveUp(after: parts.settings.cancelGrace, at: now) { await abandon(line) }
            }
            if now >= nextHeartbeat || parts.isLookWanted() {
                nextHeartbeat = now + parts.settings.lease / 3
                await heartbeat(&orphans)
            }
            await parts.sleep(interval)
        }
    }

    private func heartbeat(_ orphans: inout OrphanedClaims) async {
        let asked = running.all
        do throws(StoreError) {
            try await parts.queue.sawWorker(
                parts.worker,
                host: parts.settings.host,
                runs: parts.settings.lanes.map(\.queue.text)
            )
            let held = try await parts.queue.heartbeat(worker: parts.worker, lease: parts.settings.lease)
            running.reconcile(held, asked: asked, at: parts.elapsed)
            for orphan in orphans.observe(held, known: Set(running.all.map(\.context.id))) {
                try await parts.queue.handBack(orphan.id, epoch: orphan.epoch)
            }
        } catch {
            guard error.code != .cancelled else { return }
            parts.report(.storeFailed(what: "heartbeat", error: "\(error)"))
        }
    }

    /// Writes the end of a job that ignores being stopped; what it still writes is fenced off.
    private func abandon(_ line: JobLine) async {
        let job = line.context
        parts.report(.stuck(queue: job.queue, kind: job.kind, job: job.id))
        guard let reason = line.reason else { return }
        let ending = JobEnding(stopped: reason, job: job, retry: parts.handlers[job.kind]?.retry)
        if ending != .leaveAlone { _ = await write(ending, job) }
    }
}
