package import Bus

/// Takes the nightly backup and removes those that are too old.
package struct BackupKeeper: Sendable {
    private let backup: DatabaseBackup
    private let folder: String
    private let retention: BackupRetention
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - place: what is backed up.
    ///   - config: where to, and how long it is kept.
    ///   - now: what time it is.
    package init(_ place: DatabasePlace, _ config: LoadedConfig, now: @escaping @Sendable () -> Timestamp = { .now }) {
        backup = DatabaseBackup(place, now: now)
        folder = config.backupFolder
        retention = BackupRetention(keepDays: config.configuration.store.backup.keepDays)
        self.now = now
    }

    /// What a night's work came to.
    package struct Report: Hashable, Sendable {
        package let path: String
        package let manifest: BackupManifest
        /// The names of the backups that were removed.
        package let removed: [String]
    }

    /// Takes a backup and, only then, removes what is too old.
    ///
    /// The work is done on a thread of its own. Called again within the same second it fails, and harms nothing.
    /// - Throws: `DatabaseFailure`.
    package func backUpAndPrune() async throws -> Report {
        let keeper = self
        return try await offPool { Result { try keeper.work() } }.get()
    }

    private func work() throws -> Report {
        let name = BackupName(backup.place.engine, at: now())
        let path = "\(folder)/\(name.text)"
        let manifest = try backup.take(to: path)
        let expired = retention.expired(try BackupFile.names(in: folder), at: now())
        for name in expired {
            try BackupFile.remove("\(folder)/\(name)")
            try BackupFile.remove(BackupManifest.path(of: "\(folder)/\(name)"))
        }
        return Report(path: path, manifest: manifest, removed: expired)
    }
}

extension LoadedConfig {
    /// Where backups are kept.
    package var backupFolder: String {
        let folder = configuration.store.backup.folder
        return folder.isEmpty ? "\(layout.stateDirectory)/backups" : folder
    }
}
