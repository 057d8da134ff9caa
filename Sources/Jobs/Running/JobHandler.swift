/// Runs the jobs of one kind.
///
/// `run` is called on the concurrency pool and may take as long as its timeout; its task is cancelled when the job's
/// lease is lost, its cancellation is requested, its time is up, or the daemon stops.
package struct JobHandler: Sendable {
    package let kind: String
    package let queue: QueueName
    /// For one attempt.
    package let timeout: Duration
    package let retry: RetryPolicy
    /// - Throws: `JobError` to say what should follow; anything else is retried.
    package let run: @Sendable (_ payload: String, _ context: JobContext) async throws -> JobOutcome

    package init(
        kind: String,
        queue: QueueName,
        timeout: Duration = .seconds(600),
        retry: RetryPolicy = RetryPolicy(),
        run: @escaping @Sendable (_ payload: String, _ context: JobContext) async throws -> JobOutcome
    ) {
        self.kind = kind
        self.queue = queue
        self.timeout = timeout
        self.retry = retry
        self.run = run
    }
}
