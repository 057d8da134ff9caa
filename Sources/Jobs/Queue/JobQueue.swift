package import Store

/// The jobs in the database, on either engine.
///
/// Each call is one transaction; those inside a caller's own transaction are in `Transaction+Jobs.swift`.
package struct JobQueue: Sendable {
    package let store: any Storage

    package init(store: any Storage) { self.store = store }
}
