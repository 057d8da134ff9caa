import Glibc
import StorePostgres

/// A client program of PostgreSQL, told by its environment where the database is; the password is in no argument.
struct PostgresTool {
    private let program: String
    private let name: String
    private let config: PostgresConfig

    /// - Parameters:
    ///   - program: such as `pg_dump`.
    ///   - config: the database.
    init(_ program: String, _ config: PostgresConfig) {
        self.program = PostgresTool.path(program)
        name = program
        self.config = config
    }

    /// Where Debian keeps the programs of each major version; what stands in `PATH` there is a script for Perl, which the
    /// daemon's unit does not let it run.
    private static let folder = "/usr/lib/postgresql"

    /// The newest one of this machine, or the name alone.
    private static func path(_ program: String) -> String {
        guard let stream = opendir(folder) else { return program }
        defer { closedir(stream) }
        var newest: (version: Int, path: String)?
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            let path = "\(folder)/\(name)/bin/\(program)"
            guard let version = Int(name), version > newest?.version ?? 0, access(path, X_OK) == 0 else { continue }
            newest = (version, path)
        }
        return newest?.path ?? program
    }

    func run(_ arguments: [String], onOutput: (ArraySlice<UInt8>) throws -> Void = { _ in }) throws {
        try ChildProcess(program: program, arguments: arguments, environment: environment).run(onOutput: onOutput)
    }

    private var environment: [String: String] {
        var variables = [
            "PGHOST": config.host, "PGPORT": "\(config.port)", "PGDATABASE": config.database, "PGUSER": config.user,
            "PGSSLMODE": config.tls.rawValue, "PGAPPNAME": "cryptocall \(name)",
            "PGCONNECT_TIMEOUT": "\(max(2, Int(config.connectTimeoutSeconds.rounded(.up))))",
            // What a service file or a password file of the user says is for other programs.
            "PGPASSFILE": "/dev/null", "PGSERVICEFILE": "/dev/null", "LC_ALL": "C",
        ]
        if let password = config.password { variables["PGPASSWORD"] = password }
        if let file = config.tlsRootCertificates { variables["PGSSLROOTCERT"] = file }
        return variables
    }
}

/// A dump in PostgreSQL's custom format, as a file.
struct PostgresDump {
    let path: String
    let config: PostgresConfig

    /// How many rows of each table are in it, read from the dump itself; no server is asked.
    func counts() throws -> [String: Int64] {
        var counter = CopyCounter()
        try PostgresTool("pg_restore", config).run(["--data-only", "--file=-", path]) { counter.add($0) }
        return counter.counts
    }
}

/// Counts the rows in the text of a dump: the lines between `COPY table (…) FROM stdin;` and `\.`.
struct CopyCounter {
    private(set) var counts: [String: Int64] = [:]
    private var table: String?
    private var line: [UInt8] = []

    /// More of a line than the name of a table needs is not kept.
    private static let lineBytesMax = 4096

    mutating func add(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            finishLine()
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) {
        line += part.prefix(max(0, CopyCounter.lineBytesMax - line.count))
    }

    private mutating func finishLine() {
        defer { line.removeAll(keepingCapacity: true) }
        if let current = table {
            if line == [UInt8(ascii: "\\"), UInt8(ascii: ".")] {
                table = nil
            } else {
                counts[current, default: 0] += 1
            }
        } else if line.starts(with: "COPY ".utf8) {
            let name = CopyCounter.tableName(String(decoding: line, as: UTF8.self))
            table = name
            counts[name] = counts[name] ?? 0
        }
    }

    /// `COPY public.job (id, …` names `job`, `COPY cmq.queue (…` names what SQLite calls `message_queue`.
    static func tableName(_ line: String) -> String {
        let place = line.dropFirst("COPY ".count).prefix { $0 != " " }
        let parts = place.split(separator: ".").map { $0.filter { $0 != "\"" } }
        guard parts.count == 2 else { return String(place) }
        return TableShape.name(schema: parts[0], table: parts[1])
    }
}
