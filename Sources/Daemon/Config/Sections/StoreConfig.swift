/// The `[store]` section: where everything is kept that must survive.
package struct StoreConfig: ConfigSection {
    package enum Engine: String, ConfigChoice {
        /// One file in the state folder; needs no server.
        case sqlite
        case postgres
    }

    package enum Synchronous: String, ConfigChoice {
        /// What was acknowledged survives a power failure.
        case full
        /// What was acknowledged survives a crash of the program, and mostly one of the machine.
        case normal
    }

    package var engine = Engine.sqlite
    /// Of SQLite; PostgreSQL has `postgres.synchronous_commit`.
    package var synchronous = Synchronous.full
    /// Events written in one transaction at most.
    package var groupCommitMax = 4096
    package var retentionDays = 30
    /// Beyond this size the oldest events go first, whatever their age.
    package var retentionSizeMb = 2048
    package var postgres = Postgres()
    package var backup = Backup()

    package static var reloadableKeys: Set<String> { ["retention_days", "retention_size_mb"] }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("group_commit_max", groupCommitMax, 1...65_536)
            + ConfigProblem.range("retention_days", retentionDays, 1...36_500)
            + ConfigProblem.range("retention_size_mb", retentionSizeMb, 1...10_000_000)
    }

    /// The `[store.postgres]` table: the server, and how it is used.
    package struct Postgres: ConfigSection {
        /// The names are libpq's.
        package enum SSLMode: String, ConfigChoice {
            case disable
            case prefer
            case require
            case verifyCA = "verify-ca"
            case verifyFull = "verify-full"
        }

        package enum SynchronousCommit: String, ConfigChoice {
            /// What was acknowledged survives a crash of the server.
            case full
            /// A crash of the server may lose the last moments.
            case off
        }

        /// A name, an address, or the folder of the server's socket.
        package var host = "localhost"
        package var port = 5432
        package var database = "cryptocall"
        package var user = "cryptocall"
        package var password = Credential()
        package var sslMode = SSLMode.prefer
        /// A PEM file of the certificate authorities to trust; empty for those of the system.
        package var sslRootCertificate = ""
        /// Connections for single statements; two more write and listen.
        package var connectionsMax = 8
        package var connectTimeoutSeconds = 2.0
        package var statementTimeoutSeconds = 30.0
        package var synchronousCommit = SynchronousCommit.full

        package init() {}

        package func problems() -> [ConfigProblem] {
            ConfigProblem.oneLine("host", host, bytesMax: 255) + ConfigProblem.range("port", port, 1...65_535)
                + ConfigProblem.oneLine("database", database, bytesMax: 63)
                + ConfigProblem.oneLine("user", user, bytesMax: 63)
                + (sslRootCertificate.isEmpty || sslRootCertificate.hasPrefix("/")
                    ? [] : [.invalid("ssl_root_certificate", "must be an absolute path")])
                + ConfigProblem.range("connections_max", connectionsMax, 1...20)
                + ConfigProblem.range("connect_timeout_seconds", connectTimeoutSeconds, 0.1...10)
                + ConfigProblem.range("statement_timeout_seconds", statementTimeoutSeconds, 0.1...3600)
        }
    }

    /// The `[store.backup]` table: copies of the database by night.
    package struct Backup: ConfigSection {
        package var enabled = true
        /// When, in UTC.
        package var at = "02:00"
        package var keepDays = 30
        /// Empty for `backups` in the state folder.
        package var folder = ""

        package init() {}

        package func problems() -> [ConfigProblem] {
            (TimeOfDay(at) == nil ? [.invalid("at", "must be a time of day such as \"02:00\"")] : [])
                + ConfigProblem.range("keep_days", keepDays, 1...3650)
                + (folder.isEmpty || folder.hasPrefix("/") ? [] : [.invalid("folder", "must be an absolute path")])
        }
    }
}

/// A moment of every day, such as `02:00`.
package struct TimeOfDay: Hashable, Sendable {
    package let hour: Int
    package let minute: Int

    /// - Returns: `nil` for anything but two digits, a colon and two digits, up to 23:59.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        self.hour = hour
        self.minute = minute
    }
}
