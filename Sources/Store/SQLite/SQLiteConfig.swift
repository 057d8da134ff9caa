/// Where the SQLite database is and how careful it is.
package struct SQLiteConfig: Hashable, Sendable {
    /// How far a commit has got when it is acknowledged.
    package enum Synchronous: String, Hashable, Sendable, CaseIterable {
        /// On the disk: survives a loss of power.
        case full
        /// With the system: survives a crash of the program, not a loss of power.
        case normal

        /// The value that SQLite reports for it.
        var pragmaValue: Int { self == .full ? 2 : 1 }
    }

    /// How thoroughly the database is looked at when it is opened.
    package enum Check: String, Hashable, Sendable, CaseIterable {
        /// That both ends of the log are where its position says. Takes no longer for a long log.
        case ends
        /// Every page of the file (`PRAGMA quick_check`): a second for each few hundred megabytes.
        case everything
    }

    /// The database file.
    ///
    /// Its folder must exist; `-wal`, `-shm`, `.lock` and backups appear beside it.
    package var path: String
    /// Whether other processes may have it open too.
    ///
    /// They then take turns at writing, and follow each other's log.
    package var isShared = false
    /// How often to look for what others have logged, if it is shared.
    package var followIntervalSeconds = 1.0
    package var synchronous = Synchronous.full
    package var check = Check.ends
    /// How long a write waits for another program that has the database locked, such as a backup.
    package var busyTimeoutSeconds = 5.0
    /// Connections for reading.
    package var readersMax = 2
    /// The database's largest size: beyond it writes fail.
    ///
    /// They fail with `.full`. 0 for no limit but the disk's.
    package var sizeBytesMax: UInt64 = 0
    package var limits = WriteLimits()

    package init(path: String) { self.path = path }
}

/// A step of opening the store that may take long, for whoever has to ask for more time.
package enum OpenProgress: Hashable, Sendable {
    case opening
    /// Copying the database before it is migrated, to this path.
    case backingUp(path: String)
    case migrating(id: String)
    case checking
    /// Still at the step before; comes several times a second.
    case working
}
