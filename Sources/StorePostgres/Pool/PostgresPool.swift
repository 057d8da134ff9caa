import Logging
import Store
import Threading

/// The handle on the pool's thread: single statements, and notices between daemons.
final class PostgresPool: Sendable {
    private let queue: PoolQueue
    private let ending = Ending()

    /// Starts the thread, which connects by itself.
    ///
    /// - Parameters:
    ///   - config: where the database is.
    ///   - logger: told of outages and their ends.
    ///   - onNotice: told, on the pool's thread, of each notice of another daemon; of `*` when some may have been missed.
    /// - Throws: `StoreError` with `.unreachable` when the system gives no thread.
    init(
        _ config: PostgresConfig,
        logger: Logger,
        onNotice: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        do {
            let queue = try PoolQueue(config, logger: logger)
            self.queue = queue
            // Nobody joins it: it ends when the queue is closed, and `ending` tells when that is done.
            _ = try OSThread(name: "store-pool") { [ending] in
                PoolLoop(config, queue: queue, logger: logger, onNotice: onNotice).run()
                ending.announce()
            }
        } catch {
            throw StoreError(.unreachable, "thread", detail: "\(error)")
        }
    }

    deinit { queue.close() }

    /// Runs one statement and returns its rows.
    func run(_ sql: String, _ arguments: [SQLValue], limit: Int = .max) async throws(StoreError) -> [SQLRow] {
        try await queue.run(sql, arguments, limit: limit)
    }

    /// Tells the other daemons.
    func post(_ name: String) { queue.post(name) }

    var statistics: PoolStatistics { queue.statistics }

    /// Runs what is queued, and returns when all connections are closed.
    func close() async {
        queue.close()
        await ending.wait()
    }
}
