package import Store

/// How far a database's schema is.
package struct SchemaState: Hashable, Sendable {
    package let applied: [String]
    /// What this program would still apply, in order.
    package let pending: [String]
    /// Migrations of a newer program.
    package let unknown: [String]
    /// Migrations that are not what this program knows under the same name.
    package let changed: [String]

    /// - Parameters:
    ///   - known: this program's.
    ///   - applied: the database's, each with its checksum.
    package init(known: [Migration], applied: [(id: String, checksum: String)]) {
        let checksums = Dictionary(known.map { ($0.id, $0.checksum) }, uniquingKeysWith: { first, _ in first })
        let names = Set(applied.map(\.id))
        self.applied = applied.map(\.id)
        pending = known.map(\.id).filter { !names.contains($0) }
        unknown = self.applied.filter { checksums[$0] == nil }
        changed = applied.compactMap { done in
            guard let checksum = checksums[done.id], checksum != done.checksum else { return nil }
            return done.id
        }
    }

    /// Reads it; nothing applied means that the database is empty.
    ///
    /// - Throws: `StoreError` with `.schemaChanged` for a database that is somebody else's.
    package init(_ connection: any MaintenanceConnection) throws(StoreError) {
        let exists =
            connection.dialect == .sqlite
            ? "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migration'"
            : "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_migration')"
        var applied: [(id: String, checksum: String)] = []
        if try connection.rows(exists).first?[0].isTrue ?? false {
            applied = try connection.rows("SELECT id, checksum FROM schema_migration ORDER BY id").map {
                ($0[0].text ?? "", $0[1].text ?? "")
            }
        } else if let stranger = try TableShape.all(connection).first {
            throw StoreError(.schemaChanged, "it has a table \(stranger.name), and no list of migrations")
        }
        self.init(known: Migration.all, applied: applied)
    }

    package var isEmpty: Bool { applied.isEmpty }

    /// The newest migration that has been applied.
    package var version: String { applied.last ?? "none" }
}
