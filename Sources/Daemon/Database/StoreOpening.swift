import Bus
import Domain
import Logging
import Store
import StorePostgres

/// Opens the station's store on the engine that the configuration names.
struct StoreOpening {
    let place: DatabasePlace
    /// Where the database goes before it is migrated.
    let backupFolder: String
    let onProgress: @Sendable (String) -> Void

    /// Makes, migrates or just opens the database; whoever gets the store closes it.
    ///
    /// - Parameter bus: where committed events are delivered.
    /// - Returns: the store.
    /// - Throws: `StoreError`, or `DatabaseFailure` when the backup that goes before a migration cannot be taken.
    func open(bus: EventBus) async throws -> any Storage {
        let report: @Sendable (OpenProgress) -> Void = { [onProgress] in onProgress($0.text) }
        switch place {
        case .sqlite(let config):
            // It copies the database itself before it migrates.
            return try await SQLiteStore.open(config, bus: bus, onProgress: report)
        case .postgres(let config):
            try await backUpBeforeMigration()
            return try await PostgresStore.open(config, bus: bus, onProgress: report)
        }
    }

    /// Migrations only go forward; a backup is the way back.
    private func backUpBeforeMigration() async throws {
        let (place, folder, onProgress) = (place, backupFolder, onProgress)
        try await offPool {
            Result {
                let schema = try SchemaState(try place.connect())
                guard !schema.isEmpty, schema.unknown.isEmpty, let first = schema.pending.first else { return }
                let path = "\(folder)/before-\(first)-\(Timestamp.now.milliseconds).pgdump"
                try DatabaseBackup(place, onProgress: onProgress).take(to: path)
                onProgress("backed up to \(path)")
            }
        }.get()
    }
}

extension OpenProgress {
    /// The step in the words of somebody who waits for it.
    fileprivate var text: String {
        switch self {
        case .opening: "opening the database"
        case .backingUp(let path): "copying the database to \(path)"
        case .migrating(let id): "applying \(id)"
        case .checking: "checking the database"
        case .working: "working"
        }
    }
}
