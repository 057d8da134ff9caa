import Store

/// One statement on its way through the pool: a transaction of its own.
struct PoolRequest: Sendable {
    typealias Outcome = Result<[SQLRow], StoreError>

    let ticket: UInt64
    let sql: String
    let arguments: [SQLValue]
    let limit: Int
    /// Until when it may wait for a connection.
    let deadline: ContinuousClock.Instant
    /// How often it has been run without effect, by a collision or because the schema has changed.
    var attempts = 0
    /// `nil` for what nobody waits for, such as a notice.
    let continuation: UnsafeContinuation<Outcome, Never>?

    /// It is given up after so many.
    static let attemptsMax = 5

    /// Tells the caller how it ended.
    ///
    /// To be called once.
    func finish(_ outcome: Outcome) { continuation?.resume(returning: outcome) }

    func fail(_ error: StoreError) { finish(.failure(error)) }
}

/// How the pool is doing.
package struct PoolStatistics: Hashable, Sendable {
    /// Connections that can be used now.
    package var open = 0
    /// Statements sent and not answered.
    package var inFlight = 0
    /// Statements that wait for a connection.
    package var waiting = 0
    /// Connections that ended by themselves, since the start.
    package var lost: UInt64 = 0
    /// Attempts to connect that failed.
    package var failedConnects: UInt64 = 0
    /// Statements run again after a collision.
    package var retries: UInt64 = 0
    /// Statements refused because too many waited.
    package var refused: UInt64 = 0
    /// Whether notices from other daemons arrive.
    package var isListening = false
}
