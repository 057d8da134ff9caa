import Identity
import Logging
import Store
import Threading

/// Answers what the clients' event loops must not wait for: pages of the log, and whom a credential stands for.
///
/// A few at a time; what is asked while too much waits is refused.
final class LookUpDesk: Sendable {
    enum Question: Sendable {
        /// Events of the log under a prefix of their full topics.
        case page(prefix: String, from: UInt64)
        case principal(Credentials)
    }

    enum Answer: Sendable {
        /// `nil` when it could not be read.
        case page(LogPage?)
        case principal(Result<Principal, APIError>)
    }

    fileprivate struct Job: Sendable {
        let question: Question
        let answer: @Sendable (Answer) -> Void
    }

    /// What is asked from the moment of opening on.
    struct Shift: Sendable {
        fileprivate let jobs: AsyncStream<Job>
        fileprivate let number: UInt64
    }

    private struct Opening {
        var number: UInt64 = 0
        var jobs: AsyncStream<Job>.Continuation?
    }

    /// How large a page is: what one client is given at a time, and may leave lying about.
    private static let pageEventsMax = 64
    private static let pageBytesMax = 64 * 1024

    private let log: any EventLog
    private let authenticate: Authenticator
    private let meter: LiveMeter
    private let logger: Logger
    private let waitingMax: Int
    private let opening = Mutex(Opening())
    /// Whether the log could be read last time: a failure is told once.
    private let isReadable = Mutex(true)

    /// - Parameters:
    ///   - log: where pages are read.
    ///   - authenticate: finds out whom a credential stands for.
    ///   - waitingMax: how many questions may wait.
    ///   - meter: counts failures.
    ///   - logger: told when the log cannot be read.
    init(
        log: any EventLog,
        authenticate: @escaping Authenticator,
        waitingMax: Int,
        meter: LiveMeter,
        logger: Logger
    ) {
        self.log = log
        self.authenticate = authenticate
        self.waitingMax = waitingMax
        self.meter = meter
        self.logger = logger
    }

    /// - Returns: whether it will be answered, unless the desk closes before.
    func ask(_ question: Question, answer: @escaping @Sendable (Answer) -> Void) -> Bool {
        guard let jobs = opening.withLock({ $0.jobs }) else { return false }
        guard case .enqueued = jobs.yield(Job(question: question, answer: answer)) else { return false }
        return true
    }

    /// Takes questions from now on, also before anybody answers them.
    func open() -> Shift {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Job.self,
            bufferingPolicy: .bufferingOldest(waitingMax)
        )
        let number = opening.withLock { opening in
            opening.number += 1
            opening.jobs = continuation
            return opening.number
        }
        return Shift(jobs: stream, number: number)
    }

    /// Answers until the task is cancelled; the desk is closed then.
    ///
    /// - Parameters:
    ///   - shift: as `open` returns it.
    ///   - width: how many at a time.
    func work(_ shift: Shift, width: Int) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await job in shift.jobs {
                if running == width {
                    await group.next()
                    running -= 1
                }
                running += 1
                // A slow one holds up no other; pages keep their order, as a client asks for one at a time.
                group.addTask { job.answer(await self.answer(job.question)) }
            }
        }
        // Unless the next shift has begun: this one may have been kept by a look-up that hung.
        opening.withLock { if $0.number == shift.number { $0.jobs = nil } }
    }

    private func answer(_ question: Question) async -> Answer {
        switch question {
        case .page(let prefix, let from): return .page(await page(prefix, from: from))
        case .principal(let credentials):
            do throws(APIError) {
                return .principal(.success(try await authenticate(credentials)))
            } catch {
                return .principal(.failure(error))
            }
        }
    }

    /// Events of the log under a prefix of their full topics, so many as a client is given at a time.
    ///
    /// - Returns: `nil` when they cannot be read, which is told in the log once.
    func page(_ prefix: String, from: UInt64) async -> LogPage? {
        do throws(StoreError) {
            let page = try await log.read(
                prefix.isEmpty ? .all : .prefix(prefix),
                from: from,
                limit: LookUpDesk.pageEventsMax,
                sizeBytesMax: LookUpDesk.pageBytesMax
            )
            isReadable.withLock { $0 = true }
            return page
        } catch {
            guard error.code != .cancelled else { return nil }
            meter.readFailed()
            let isNews = isReadable.withLock { isReadable in
                defer { isReadable = false }
                return isReadable
            }
            if isNews { logger.warning("the event log cannot be read for clients", metadata: ["error": "\(error)"]) }
            return nil
        }
    }
}
