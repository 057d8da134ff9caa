import Glibc
package import Store
package import StorePostgres

/// Where the station's database is, as the configuration says it.
package enum DatabasePlace: Sendable {
    case sqlite(SQLiteConfig)
    case postgres(PostgresConfig)

    /// Reads the settings, and the password of PostgreSQL where there is one; blocks on small local files.
    ///
    /// - Throws: `CredentialError`.
    package init(_ config: LoadedConfig, environment: [String: String]) throws(CredentialError) {
        let settings = config.configuration.store
        switch settings.engine {
        case .sqlite: self = .sqlite(SQLiteConfig(settings, layout: config.layout))
        case .postgres: self = .postgres(try PostgresConfig(settings, layout: config.layout, environment: environment))
        }
    }

    package var engine: StoreConfig.Engine {
        switch self {
        case .sqlite: .sqlite
        case .postgres: .postgres
        }
    }

    /// A path, or user, host, port and database.
    package var text: String {
        switch self {
        case .sqlite(let config): config.path
        case .postgres(let config): "\(config)"
        }
    }

    /// Whether there is anything yet; only a SQLite file can be missing without an error.
    package var exists: Bool {
        switch self {
        case .sqlite(let config): access(config.path, F_OK) == 0
        case .postgres: true
        }
    }

    /// Opens it for looking after; blocks.
    package func connect(_ mode: SQLiteMaintenance.Mode = .readOnly) throws(StoreError) -> any MaintenanceConnection {
        switch self {
        case .sqlite(let config):
            guard exists else { throw StoreError(.unreachable, config.path, detail: "there is no such file") }
            return try SQLiteMaintenance(path: config.path, mode: mode)
        case .postgres(let config): return try PostgresMaintenance(config)
        }
    }
}

extension SQLiteConfig {
    init(_ settings: StoreConfig, layout: DirectoryLayout) {
        self.init(path: "\(layout.stateDirectory)/station.sqlite")
        synchronous = settings.synchronous == .full ? .full : .normal
        limits.groupEventsMax = settings.groupCommitMax
    }
}

extension PostgresConfig {
    init(
        _ settings: StoreConfig,
        layout: DirectoryLayout,
        environment: [String: String]
    ) throws(CredentialError) {
        let server = settings.postgres
        let password = try CredentialStore(layout: layout, environment: environment).resolve(server.password)
        self.init(
            host: server.host,
            port: UInt16(clamping: server.port),
            database: server.database,
            user: server.user,
            password: password.map { $0.reveal { $0 } }
        )
        tls = TLSMode(rawValue: server.sslMode.rawValue) ?? .verifyFull
        tlsRootCertificates = server.sslRootCertificate.isEmpty ? nil : server.sslRootCertificate
        synchronousCommit = server.synchronousCommit == .full ? .full : .off
        connectionsMax = server.connectionsMax
        connectTimeoutSeconds = server.connectTimeoutSeconds
        statementTimeoutSeconds = server.statementTimeoutSeconds
        limits.groupEventsMax = settings.groupCommitMax
    }
}
