/// Statements that callers may not run, because the connection and its transaction are not theirs alone.
package struct RefusedVerbs: Sendable {
    private let verbs: Set<String>

    private static let ending: Set<String> = [
        "ABORT", "BEGIN", "COMMIT", "END", "PREPARE", "RELEASE", "ROLLBACK", "SAVEPOINT", "START",
    ]

    /// For statements that change rows.
    package static let forChanges = RefusedVerbs(
        verbs: ending.union([
            "ATTACH", "COPY", "DEALLOCATE", "DETACH", "DISCARD", "LISTEN", "PRAGMA", "RESET", "SET", "UNLISTEN",
            "VACUUM",
        ])
    )

    /// For statements that answer with rows.
    package static let forReading = RefusedVerbs(verbs: forChanges.verbs.subtracting(["PRAGMA"]))

    /// - Throws: `StoreError` with `.failed`, naming the verb.
    package func check(_ sql: SQL) throws(StoreError) {
        for text in [sql.sqlite, sql.postgres] {
            let verb = text.drop { $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
            guard !verbs.contains(verb) else { throw StoreError(.failed, verb) }
        }
    }
}
