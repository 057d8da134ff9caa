/// Statements that stand alone: each is one transaction of its own.
///
/// What belongs together with other statements or with events goes through `EventLog.commit`.
package protocol StatementRunner: Sendable {
    /// Which of a statement's two texts is used.
    var dialect: SQLDialect { get }

    /// Runs one statement that may change rows, all of it or nothing, and returns the rows it answers with.
    ///
    /// - Throws: `StoreError`: `.busy`, `.cancelled`, `.closed`, `.constraint`, `.full`, `.unreachable`, and `.tooLarge`
    ///   when there are more rows than `limit`.
    @discardableResult
    func run(_ statement: SQL, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow]

    /// Runs one statement that only reads.
    ///
    /// It waits for no writer and sees everything that was acknowledged before it began.
    /// - Throws: `StoreError` as `run`.
    func query(_ statement: SQL, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow]
}

extension StatementRunner {
    @discardableResult
    package func run(_ statement: SQL, _ arguments: [SQLValue] = []) async throws(StoreError) -> [SQLRow] {
        try await run(statement, arguments, limit: 10_000)
    }

    package func query(_ statement: SQL, _ arguments: [SQLValue] = []) async throws(StoreError) -> [SQLRow] {
        try await query(statement, arguments, limit: 10_000)
    }
}

/// The database engines that statements are written for.
package enum SQLDialect: String, Hashable, Sendable, CaseIterable {
    case sqlite
    case postgres
}
