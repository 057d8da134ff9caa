package import Logging
import Store
import Threading

/// Reads one queue and has each message handled, several at a time.
///
/// A message is handled at least once: its handler must bear a second time. `run` is the whole life. When its task is
/// cancelled, what is under way is abandoned and becomes visible again by itself; `stop` lets it end or gives it back first.
package final class MessageConsumer: Sendable {
    /// Handles one message: its JSON and how often it has been read, this time included.
    ///
    /// Its task is cancelled when the message is lost to another reader or the consumer stops.
    /// - Throws: `JobError` to say what should follow; anything else is tried again.
    package typealias Handler = @Sendable (_ message: Message) async throws -> Void

    let queues: MessageQueues
    let queue: QueueName
    let policy: ConsumerPolicy
    let clock: any Clock<Duration>
    let logger: Logger
    let handle: Handler
    private let state = Mutex(ConsumerState())

    package init(
        _ queue: QueueName,
        in queues: MessageQueues,
        policy: ConsumerPolicy = ConsumerPolicy(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = Logger(label: "messages"),
        handle: @escaping Handler
    ) {
        self.queue = queue
        self.queues = queues
        self.policy = policy
        self.clock = clock
        var logger = logger
        logger[metadataKey: "queue"] = "\(queue)"
        self.logger = logger
        self.handle = handle
    }

    /// What it has done so far.
    package var statistics: ConsumerStatistics { state.withLock { $0.statistics } }

    /// Makes `run` read no more and return once what is under way has ended, or has been given back after the grace.
    package func stop() {
        let waiters = state.withLock { $0.stop() }
        for waiter in waiters { waiter.finish() }
    }

    /// Reads and handles until it is stopped or cancelled.
    ///
    /// - Throws: `StoreError` that trying again cannot help, such as `.unknownQueue`.
    package func run() async throws {
        let (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let notices = queues.store.notices()
        let stopping = state.withLock { $0.waitForStop() }
        ringer.yield()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Beside the work: what rings for it, be it news or the time, and what ends it.
            group.addTask { [queue] in
                for await name in notices where name == MessageQueues.notice(queue) { ringer.yield() }
            }
            group.addTask { [clock, policy] in
                while true {
                    try await clock.sleep(for: policy.emptyPoll)
                    ringer.yield()
                }
            }
            group.addTask { [self] in
                for await _ in stopping {}
                ringer.finish()
                try await clock.sleep(for: policy.stopGrace)
                endAttempts()
            }
            defer { group.cancelAll() }
            try await work(bell: bell, ringer: ringer)
        }
    }

    private func work(bell: AsyncStream<Void>, ringer: AsyncStream<Void>.Continuation) async throws {
        try await withThrowingDiscardingTaskGroup { attempts in
            for await _ in bell {
                while let free = state.withLock({ $0.free(of: policy.concurrencyMax) }) {
                    guard let messages = try await read(limit: free), !messages.isEmpty else { break }
                    for message in messages {
                        let ending = state.withLock { $0.begin(message.id) }
                        // Each message by itself, as many at once as the policy says.
                        attempts.addTask { [self] in
                            let outcome = await MessageAttempt(message, of: self, ending: ending).run()
                            state.withLock { $0.end(message.id, outcome) }
                            ringer.yield()
                        }
                    }
                    guard messages.count == free else { break }
                }
            }
        }
    }

    /// - Returns: `nil` when the database cannot answer now.
    private func read(limit: Int) async throws -> [Message]? {
        do throws(StoreError) {
            return try await queues.read(queue, visibilitySeconds: policy.visibilitySeconds, limit: limit)
        } catch {
            switch error.disposition {
            case .fail: throw error
            case .stop: return nil
            case .retry:
                logger.warning("Cannot read messages", metadata: ["error": "\(error)"])
                return nil
            }
        }
    }

    private func endAttempts() {
        let waiters = state.withLock { $0.takeAttempts() }
        for waiter in waiters { waiter.finish() }
    }
}

/// What a consumer has done.
package struct ConsumerStatistics: Hashable, Sendable {
    package var finished = 0
    package var retried = 0
    package var givenBack = 0
    package var buried = 0
    /// Another reader had the message before its end was recorded.
    package var lost = 0

    package init(finished: Int = 0, retried: Int = 0, givenBack: Int = 0, buried: Int = 0, lost: Int = 0) {
        self.finished = finished
        self.retried = retried
        self.givenBack = givenBack
        self.buried = buried
        self.lost = lost
    }
}

/// Who is at work and who waits for the end.
struct ConsumerState {
    private(set) var statistics = ConsumerStatistics()
    private var busy = 0
    private var isStopping = false
    private var attempts: [Int64: AsyncStream<Never>.Continuation] = [:]
    private var stopWaiters: [AsyncStream<Never>.Continuation] = []

    /// How many more messages may be read; `nil` for none.
    func free(of max: Int) -> Int? { isStopping || busy >= max ? nil : max - busy }

    mutating func begin(_ id: Int64) -> AsyncStream<Never> {
        busy += 1
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        attempts[id] = continuation
        return stream
    }

    mutating func end(_ id: Int64, _ action: ConsumerPolicy.Action) {
        busy -= 1
        attempts.removeValue(forKey: id)?.finish()
        switch action {
        case .finish: statistics.finished += 1
        case .retry: statistics.retried += 1
        case .giveBack: statistics.givenBack += 1
        case .bury: statistics.buried += 1
        case .nothing: statistics.lost += 1
        }
    }

    mutating func waitForStop() -> AsyncStream<Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        if isStopping { continuation.finish() } else { stopWaiters.append(continuation) }
        return stream
    }

    mutating func stop() -> [AsyncStream<Never>.Continuation] {
        isStopping = true
        defer { stopWaiters = [] }
        return stopWaiters
    }

    mutating func takeAttempts() -> [AsyncStream<Never>.Continuation] { Array(attempts.values) }
}
