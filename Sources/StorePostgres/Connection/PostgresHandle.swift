import CPostgres
import Glibc
import Store

/// One connection of libpq, which ends with its owner.
///
/// Never blocks by itself once `init` has looked the host up; for one thread at a time.
struct PostgresHandle: ~Copyable {
    private let connection: OpaquePointer
    private let config: PostgresConfig

    /// Starts to connect.
    ///
    /// - Throws: `StoreError` when there is not even the memory for it.
    static func start(_ config: PostgresConfig) throws(StoreError) -> PostgresHandle {
        let parameters = parameters(config)
        // Copies that C can read, ended by a null pointer.
        let keys = parameters.map { strdup($0.0) } + [nil]
        let values = parameters.map { strdup($0.1) } + [nil]
        defer { for pointer in keys + values { free(pointer) } }
        let started = keys.map { UnsafePointer($0) }.withUnsafeBufferPointer { keys in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                PQconnectStartParams(keys.baseAddress, values.baseAddress, 0)
            }
        }
        guard let started else { throw StoreError(.unreachable, "memory") }
        return PostgresHandle(started, config)
    }

    private init(_ connection: OpaquePointer, _ config: PostgresConfig) {
        self.connection = connection
        self.config = config
        // The only way to learn the SQLSTATE of a refused connection.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        // Warnings of the server would otherwise be printed on the daemon's standard error.
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { PQfinish(connection) }

    private static func parameters(_ config: PostgresConfig) -> [(String, String)] {
        func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
        let options = [
            "statement_timeout=\(milliseconds(config.statementTimeoutSeconds))",
            "idle_in_transaction_session_timeout=\(milliseconds(config.transactionIdleTimeoutSeconds))",
            "synchronous_commit=\(config.synchronousCommit.setting)",
        ]
        var parameters = [
            ("host", config.host), ("port", "\(config.port)"), ("dbname", config.database), ("user", config.user),
            ("sslmode", config.tls.rawValue), ("gssencmode", "disable"), ("client_encoding", "UTF8"),
            ("application_name", config.applicationName),
            ("options", options.map { "-c \($0)" }.joined(separator: " ")),
            // A peer that vanished without a word is noticed within half a minute.
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"),
        ]
        if let password = config.password { parameters.append(("password", password)) }
        if let certificates = config.tlsRootCertificates { parameters.append(("sslrootcert", certificates)) }
        return parameters
    }

    // MARK: Connecting

    enum Progress {
        case waitsToRead
        case waitsToWrite
        case connected
        case failed(StoreError)
    }

    /// Goes on connecting, once the descriptor is ready for what it waits for.
    func advance() -> Progress {
        switch PQconnectPoll(connection) {
        case PGRES_POLLING_READING: return .waitsToRead
        case PGRES_POLLING_WRITING: return .waitsToWrite
        case PGRES_POLLING_OK:
            PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
            PQsetnonblocking(connection, 1)
            if let refusal = unsuitable { return .failed(refusal) }
            return .connected
        default: return .failed(StoreError(connecting: config, message: message))
        }
    }

    /// Why this server cannot be used at all.
    private var unsuitable: StoreError? {
        let version = PQserverVersion(connection)
        guard version >= 140_000 else { return StoreError(.failed, "PostgreSQL \(version / 10_000): 14 is needed") }
        let encoding = PQparameterStatus(connection, "server_encoding").map { String(cString: $0) } ?? ""
        guard encoding == "UTF8" else { return StoreError(.failed, "server encoding \(encoding): UTF8 is needed") }
        return nil
    }

    /// What `poll` has to wait on.
    ///
    /// May change while connecting.
    var descriptor: Int32 { PQsocket(connection) }

    var isLost: Bool { PQstatus(connection) == CONNECTION_BAD }

    /// Whether a transaction is open, or would be but for an error.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// What libpq said last, in one line.
    var message: String {
        String(cString: PQerrorMessage(connection)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    // MARK: Sending

    func enterPipelineMode() -> Bool { PQenterPipelineMode(connection) == 1 }

    func exitPipelineMode() -> Bool { PQexitPipelineMode(connection) == 1 }

    func sendSimple(_ sql: String) -> Bool { PQsendQuery(connection, sql) == 1 }

    func sendPlain(_ sql: String) -> Bool {
        PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, 1) == 1
    }

    func sendParse(_ sql: String, as name: String) -> Bool { PQsendPrepare(connection, name, sql, 0, nil) == 1 }

    func sendDescribe(_ name: String) -> Bool { PQsendDescribePrepared(connection, name) == 1 }

    func sendExecute(_ name: String, _ arguments: EncodedArguments) -> Bool {
        arguments.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1) == 1
        }
    }

    func sendSync() -> Bool { PQpipelineSync(connection) == 1 }

    enum Flushed {
        case everything
        case part
        case nothing
    }

    /// Writes what waits, as far as the socket takes it; `.nothing` when the connection is broken.
    func flush() -> Flushed {
        switch PQflush(connection) {
        case 0: .everything
        case 1: .part
        default: .nothing
        }
    }

    // MARK: Receiving

    /// Takes what has arrived.
    ///
    /// - Returns: `false` when the connection has ended.
    func consume() -> Bool { PQconsumeInput(connection) == 1 }

    /// Whether the next result has not arrived yet.
    var isBusy: Bool { PQisBusy(connection) == 1 }

    /// The next result; `nil` at the end of one command's results.
    ///
    /// Only while not busy.
    func nextResult() -> PostgresResult? {
        guard let pointer = PQgetResult(connection) else { return nil }
        return PostgresResult(pointer)
    }

    /// The next notification's payload.
    func nextNotice() -> String? {
        guard let notice = PQnotifies(connection) else { return nil }
        defer { PQfreemem(notice) }
        return String(cString: notice.pointee.extra)
    }
}
