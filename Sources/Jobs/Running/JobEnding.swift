import Bus
import Store

/// What is to be recorded of an attempt.
///
/// A plain value: from what the handler said and why it was told to stop, if it was.
enum JobEnding: Hashable {
    case completed(result: String?)
    case snoozed(until: Timestamp?)
    case cancelled
    case failed(JobError, delay: Duration)
    /// Given back without using an attempt.
    case handedBack
    /// The lease is lost: nothing may be written.
    case leaveAlone

    init(_ outcome: Result<JobOutcome, any Error>, reason: JobLine.StopReason?, job: JobRecord, retry: RetryPolicy?) {
        switch (outcome, reason) {
        case (_, .leaseLost): self = .leaveAlone
        case (.success(.completed(let result)), _):
            guard (result?.utf8.count ?? 0) <= JobRequest.payloadBytesMax else {
                self = .failed(JobError(.permanent, "the result is larger than 1 MiB"), delay: .zero)
                return
            }
            self = .completed(result: result)
        case (.success(.snoozed(let until)), _): self = .snoozed(until: until)
        case (.success(.cancelled), _): self = .cancelled
        case (.failure(let error), nil): self = JobEnding(error: error, attempt: job.attempt, retry: retry)
        case (.failure, .some(let reason)): self.init(stopped: reason, job: JobContext(job), retry: retry)
        }
    }

    init(stopped reason: JobLine.StopReason, job: JobContext, retry: RetryPolicy?) {
        switch reason {
        case .leaseLost: self = .leaveAlone
        case .cancelRequested: self = .cancelled
        case .stopping: self = .handedBack
        case .timedOut:
            self = JobEnding(error: JobError(.transient, "it took too long"), attempt: job.attempt, retry: retry)
        }
    }

    private init(error: any Error, attempt: Int, retry: RetryPolicy?) {
        let failure = error as? JobError ?? JobError(.transient, "\(error)")
        let policy = retry ?? RetryPolicy()
        self = .failed(failure, delay: policy.delay(afterAttempt: attempt, random: .random(in: 0...1)))
    }

    var message: String? { if case .failed(let error, _) = self { error.message } else { nil } }
}

extension JobQueue {
    /// Records an ending.
    ///
    /// - Returns: the state it is in now; `nil` when the lease was lost.
    func write(_ ending: JobEnding, _ job: JobContext) async throws(StoreError) -> JobState? {
        switch ending {
        case .completed(let result):
            let done = try await complete([Completion(id: job.id, epoch: job.leaseEpoch, result: result)])
            return done.isEmpty ? nil : .completed
        case .snoozed(let until): return try await snooze(job, until: until)
        case .cancelled: return try await endCancelled(job) ? .cancelled : nil
        case .failed(let error, let delay): return try await fail(job, error, delay: delay)
        case .handedBack: return try await handBack(job.id, epoch: job.leaseEpoch) ? .available : nil
        case .leaveAlone: return nil
        }
    }
}
