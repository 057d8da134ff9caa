package import Bus
package import Store

/// One time of leading: what it is called, who leads, and its number.
///
/// Holding a lease proves nothing, because time passes: whatever a leader writes asks for it in the same statement.
package struct Lease: Hashable, Sendable {
    package let name: String
    package let holder: UUIDv7
    /// Grows each time somebody begins to lead.
    package let term: Int64

    package init(name: String, holder: UUIDv7, term: Int64) {
        self.name = name
        self.holder = holder
        self.term = term
    }

    /// A condition for other statements: whether this lease is the one in force.
    ///
    /// In PostgreSQL the row stays locked against a successor until the statement's transaction has ended, so nobody
    /// can begin to lead between the check and the write.
    ///
    /// - Parameter position: the number of the first of its two arguments, which are `arguments`.
    /// - Returns: the condition in both dialects, to put into a `WHERE`.
    package static func isHeld(at position: Int) -> SQL {
        func text(_ mark: String) -> String {
            """
            EXISTS (SELECT 1 FROM leadership WHERE leadership.name = \(mark)\(position)
                AND leadership.term = \(mark)\(position + 1) AND leadership.held_until > station_now()
            """
        }
        return SQL(sqlite: text("?") + ")", postgres: text("$") + " FOR SHARE)")
    }

    /// What the condition needs.
    package var arguments: [SQLValue] { [.text(name), .integer(term)] }
}
