/// Statements that callers may not run, because the connection and its transaction are not theirs alone.
package struct RefusedVerbs: Sendable {
    private let verbs: Set<String>
    /// The longest of them, and one letter more.
    private static let lettersMax = 11

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
        try check(sql.sqlite)
        if sql.postgres != sql.sqlite { try check(sql.postgres) }
    }

    /// By bytes, as every statement comes by here, and SQL's verbs are ASCII.
    private func check(_ text: String) throws(StoreError) {
        let letters = text.utf8.lazy.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
            .prefix(RefusedVerbs.lettersMax).prefix { (0x41...0x5A).contains($0 & 0xDF) }
        let verb = String(decoding: letters.map { $0 & 0xDF }, as: UTF8.self)
        guard !verbs.contains(verb) else { throw StoreError(.failed, verb) }
    }
}
