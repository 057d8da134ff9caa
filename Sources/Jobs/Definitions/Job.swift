package import Bus
package import Store

/// A job's payload as a Swift type, with everything that is the same for all jobs of its kind.
///
/// ```swift
/// struct RenderTeaser: Job {
///     static let kind = "render-teaser"
///     static let queue: QueueName = "media"
///     let pilot: UUIDv7
///     var uniqueBy: String? { "\(pilot)" }
/// }
/// try await jobs.enqueue(RenderTeaser(pilot: id))
/// ```
package protocol Job: Codable, Sendable {
    /// What a handler gives back; `NoResult` when there is nothing.
    associatedtype Output: Codable & Sendable = NoResult

    /// The frozen name of the kind.
    static var kind: String { get }
    static var queue: QueueName { get }
    /// 0 runs first, 9 last.
    static var priority: Int { get }
    static var attemptMax: Int { get }
    /// What makes two unfinished jobs of this kind the same one; `nil` when none are.
    var uniqueBy: String? { get }
    /// How many with the same key may run at once, and how often.
    var limit: JobLimit? { get }
}

extension Job {
    package static var priority: Int { 4 }
    package static var attemptMax: Int { 3 }
    package var uniqueBy: String? { nil }
    package var limit: JobLimit? { nil }
}

/// The output of a job that has none.
package struct NoResult: Codable, Hashable, Sendable {
    package init() {}
}

extension JobRequest {
    /// - Throws: `StoreError` with `.unpublishable` when the payload does not encode.
    package init<J: Job>(_ job: J, after delay: Duration = .zero, at time: Timestamp? = nil) throws(StoreError) {
        let payload: [UInt8]
        do {
            payload = try EventCodec.encode(job)
        } catch {
            throw StoreError(.unpublishable, J.kind, detail: "\(error)")
        }
        self.init(queue: J.queue, kind: J.kind, payload: String(decoding: payload, as: UTF8.self))
        priority = J.priority
        attemptMax = J.attemptMax
        self.delay = delay
        runAt = time
        uniqueKey = job.uniqueBy.map { "\(J.kind)/\($0)" }
        limit = job.limit
    }
}

extension JobQueue {
    /// Enqueues a job.
    ///
    /// - Parameters:
    ///   - job: its payload.
    ///   - delay: how long from now.
    /// - Returns: its id, or that of the unfinished one that is the same.
    /// - Throws: `StoreError` as for a request.
    @discardableResult
    package func enqueue(_ job: some Job, after delay: Duration = .zero) async throws(StoreError) -> Enqueued {
        try await enqueue(JobRequest(job, after: delay))
    }
}

extension JobHandler {
    /// Handles the jobs of one type.
    ///
    /// A payload that does not decode fails like any other error, so that a mistake mended in time loses nothing.
    package init<J: Job>(
        _ type: J.Type,
        timeout: Duration = .seconds(600),
        retry: RetryPolicy = RetryPolicy(),
        run: @escaping @Sendable (J, JobContext) async throws -> J.Output
    ) {
        self.init(kind: J.kind, queue: J.queue, timeout: timeout, retry: retry) { payload, context in
            let job: J
            do {
                job = try EventCodec.decode(J.self, from: payload.utf8)
            } catch {
                throw JobError(.transient, "the payload of \(J.kind) does not decode: \(error)")
            }
            let output = try await run(job, context)
            if output is NoResult { return .completed(result: nil) }
            return .completed(result: String(decoding: try EventCodec.encode(output), as: UTF8.self))
        }
    }
}
