package import Bus
package import Logging
import Threading

/// The handle on the writer's thread: what the rest of the program calls.
package final class StoreWriter: Sendable {
    private let queue: WriteQueue
    private let status: WriterStatus
    private let ending: Ending

    private init(queue: WriteQueue, status: WriterStatus, ending: Ending) {
        self.queue = queue
        self.status = status
        self.ending = ending
    }

    deinit { queue.close() }

    /// What an engine has ready once it is open.
    package struct Opened<Reader: Sendable> {
        let connection: any WriterConnection
        let position: LogPosition
        let reader: Reader

        package init(connection: any WriterConnection, position: LogPosition, reader: Reader) {
            self.connection = connection
            self.position = position
            self.reader = reader
        }
    }

    /// Starts the writer's thread and opens the database on it, since opening blocks.
    ///
    /// - Parameters:
    ///   - limits: the bounds of its queue and of one transaction.
    ///   - bus: where committed events are delivered.
    ///   - now: what time it is.
    ///   - logger: told of what was committed and not delivered, and of outages while following others.
    ///   - followInterval: how often to look for what other writers have logged; `nil` when there are none.
    ///   - onLogged: told of each commit that logged events, on the writer's thread.
    ///   - open: opens the database.
    /// - Returns: the writer, and what opening made for reading.
    /// - Throws: what opening throws, or `.unreachable` when the system gives no thread.
    package static func start<Reader: Sendable>(
        limits: WriteLimits,
        bus: EventBus,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger,
        followInterval: Duration? = nil,
        onLogged: @escaping @Sendable () -> Void = {},
        opening open: @escaping @Sendable () throws(StoreError) -> Opened<Reader>
    ) async throws(StoreError) -> (StoreWriter, Reader) {
        let result = await withUnsafeContinuation { (started: UnsafeContinuation<StartResult<Reader>, Never>) in
            let ending = Ending()
            do {
                let queue = try WriteQueue(limits: limits)
                // Nobody joins it: it ends when the queue is closed, and `ending` tells when that is done.
                _ = try OSThread(name: "store-writer") {
                    do {
                        let opened = try open()
                        let status = WriterStatus(position: opened.position)
                        // The thread keeps no reference to the handle, so that dropping that ends the thread too.
                        started.resume(
                            returning: .success(
                                (StoreWriter(queue: queue, status: status, ending: ending), opened.reader)
                            )
                        )
                        let writer = StoreWriter.makeWriter(opened.connection, status, bus, now, logger)
                        GroupCommit(
                            queue: queue,
                            writer: writer,
                            status: status,
                            logger: logger,
                            onLogged: onLogged,
                            followInterval: followInterval
                        ).run()
                        opened.connection.close()
                    } catch {
                        started.resume(returning: .failure(StoreError(starting: error)))
                    }
                    ending.announce()
                }
            } catch {
                started.resume(returning: .failure(StoreError(.unreachable, "thread", detail: "\(error)")))
            }
        }
        return try result.get()
    }

    private typealias StartResult<Reader> = Result<(StoreWriter, Reader), StoreError>

    private static func makeWriter(
        _ connection: any WriterConnection,
        _ status: WriterStatus,
        _ bus: EventBus,
        _ now: @escaping @Sendable () -> Timestamp,
        _ logger: Logger
    ) -> LogWriter {
        // The bus may have carried events of this epoch before the store was opened again.
        let known = bus.sequences().map { ($0.topic, $0.seq) }
        let assigner = LogAssigner(
            position: status.statistics.position,
            sequences: Dictionary(known, uniquingKeysWith: max)
        )
        return LogWriter(
            connection: connection,
            bus: bus,
            now: now,
            assigner: assigner,
            follower: LogFollower(bus: bus, status: status, logger: logger)
        )
    }

    /// Makes the writer look at once for what others have logged.
    package func follow() { queue.nudge() }

    package var statistics: WriterStatistics {
        var statistics = status.statistics
        (statistics.queueDepth, _, statistics.refused) = queue.statistics
        return statistics
    }

    package func append(_ events: [PendingEvent], by author: Incarnation) async throws(StoreError) -> [EnvelopeHeader] {
        guard !author.isFenced else { throw StoreError(.fenced, author.name.text) }
        guard !events.isEmpty else { return [] }
        switch await queue.submit(WriteUnit(author: author, work: .append(events))) {
        case .committed(let headers): return headers
        case .failed(let error): throw error as? StoreError ?? StoreError(.failed, detail: "\(error)")
        }
    }

    package func commit<Value: Sendable>(
        by author: Incarnation,
        evenIfCancelled: Bool,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        guard !author.isFenced else { throw StoreError(.fenced, author.name.text) }
        let box = ResultBox<Value>()
        let unit = WriteUnit(author: author, work: .body { transaction in box.value = try body(&transaction) })
        switch await queue.submit(unit, canBeWithdrawn: !evenIfCancelled) {
        case .failed(let error): throw error
        case .committed(let headers):
            guard let value = box.value else { throw StoreError(.failed, "no result") }
            return Committed(value: value, events: headers)
        }
    }

    /// Writes what is queued, lets go of the database, and returns when both are done.
    package func close() async {
        queue.close()
        await ending.wait()
    }
}

/// Carries a unit's result from the writer's thread to the caller.
private final class ResultBox<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    var value: Value? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

extension StoreError {
    fileprivate init(starting error: any Error) {
        self = error as? StoreError ?? StoreError(.failed, detail: "\(error)")
    }
}
