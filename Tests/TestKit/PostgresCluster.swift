import Bus
import Foundation
import Glibc
import Store
package import StorePostgres
import Threading

/// A real PostgreSQL server in a temporary folder, for tests.
///
/// It listens on a socket in that folder and on a free loopback port, lets everybody in, and does not wait for the disk.
/// Its programs refuse to run as root, so then they run as `postgres`.
package final class PostgresCluster: Sendable {
    /// The server that the tests of one process share.
    ///
    /// It ends with the process.
    package static let shared: Result<PostgresCluster, ClusterError> = {
        do throws(ClusterError) {
            let cluster = try PostgresCluster()
            endingCluster.withLock { $0 = cluster }
            atexit { endingCluster.withLock { $0 }?.stopForGood() }
            return .success(cluster)
        } catch {
            return .failure(error)
        }
    }()

    /// Whether PostgreSQL's programs are here; says so once when they are not.
    package static let isInstalled: Bool = {
        guard binaries == nil else { return true }
        print("PostgreSQL is not installed (no /usr/lib/postgresql/*/bin/initdb): its tests are skipped")
        return false
    }()

    /// The folder of the newest version's programs.
    private static let binaries: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
            .map { "\(root)/\($0)/bin" }
            .first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
    }()

    package let folder: String
    package let port: UInt16
    private let binaries: String
    private let template = Mutex(Template.none)

    private enum Template {
        case none
        case inTheMaking(waiting: [UnsafeContinuation<Void, Never>])
        case ready
        case failed
    }

    /// Makes a server of its own, for tests that stop it; blocks for a second or two.
    ///
    /// - Parameter settings: more lines of its configuration, such as `max_connections = 10`.
    /// - Throws: `ClusterError` with what the failing program said.
    package init(settings: [String] = []) throws(ClusterError) {
        guard let binaries = PostgresCluster.binaries else { throw ClusterError(text: "not installed") }
        self.binaries = binaries
        // Not the usual temporary folder: a socket's path may have 107 bytes only, and `postgres` must get there.
        folder = "/tmp/cryptocall-pg-\(UUID().uuidString.prefix(8))"
        port = try PostgresCluster.freePort()
        try run(["/bin/mkdir", "-m", "700", folder])
        try run(["\(binaries)/initdb", "-D", data, "-U", "station", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])
        let lines =
            [
                "listen_addresses = '127.0.0.1'", "port = \(port)", "unix_socket_directories = '\(folder)'",
                "fsync = off", "full_page_writes = off", "max_connections = 500", "shared_buffers = 64MB",
                "autovacuum = off", "deadlock_timeout = 200ms",
            ] + settings
        try write(lines, to: "postgresql.conf", adding: true)
        try start()
        try endWithThisProcess()
    }

    /// Sees to it that the server goes when this process does, however that ends.
    private func endWithThisProcess() throws(ClusterError) {
        let guardian = """
            (while [ -d /proc/\(getpid()) ]; do sleep 2; done
            '\(binaries)/pg_ctl' -D '\(data)' -m immediate -s stop; rm -rf '\(folder)') > /dev/null 2>&1 < /dev/null &
            """
        try run(["/bin/bash", "-c", guardian])
    }

    private var data: String { "\(folder)/data" }

    private static func freePort() throws(ClusterError) -> UInt16 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        guard isBound else { throw ClusterError(text: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    // MARK: Life

    /// Starts it and waits until it answers; blocks.
    package func start() throws(ClusterError) {
        try run(["\(binaries)/pg_ctl", "-D", data, "-l", "\(folder)/log", "-w", "-s", "start"])
    }

    /// Stops it without waiting for anybody; blocks.
    package func stop(mode: String = "fast") throws(ClusterError) {
        try run(["\(binaries)/pg_ctl", "-D", data, "-m", mode, "-w", "-s", "stop"])
    }

    /// Lets the server read changed settings; blocks.
    package func reload(_ settings: [String], hostRules: [String]? = nil) throws(ClusterError) {
        try write(settings, to: "postgresql.conf", adding: true)
        if let hostRules { try write(hostRules, to: "pg_hba.conf", adding: false) }
        try run(["\(binaries)/pg_ctl", "-D", data, "-s", "reload"])
    }

    /// Stops it and removes all of it; blocks.
    package func stopForGood() {
        // The end of a test process: there is nobody left to be told.
        try? stop(mode: "immediate")
        _ = try? run(["/bin/rm", "-rf", folder])
    }

    // MARK: Databases

    /// How to reach one of its databases, over the socket in its folder or over TCP.
    package func config(_ database: String, overTCP: Bool = false) -> PostgresConfig {
        var config = PostgresConfig(
            host: overTCP ? "127.0.0.1" : folder,
            port: port,
            database: database,
            user: "station"
        )
        config.connectionsMax = 4
        // A machine that runs many tests at once may take its time.
        config.connectTimeoutSeconds = 30
        return config
    }

    /// Makes an empty database; blocks.
    package func makeEmptyDatabase() throws(ClusterError) -> PostgresConfig { try makeDatabase(from: "template0") }

    /// Makes a database with the whole schema.
    ///
    /// It is copied from one that is migrated once.
    package func makeDatabase() async throws -> PostgresConfig {
        let isFirst = template.withLock { state -> Bool in
            guard case .none = state else { return false }
            state = .inTheMaking(waiting: [])
            return true
        }
        if isFirst {
            do {
                _ = try await PostgresCluster.blocking { try self.sql("CREATE DATABASE migrated TEMPLATE template0") }
                let store = try await PostgresStore.open(config("migrated"), bus: EventBus(types: []))
                await store.close()
                finishTemplate(.ready)
            } catch {
                finishTemplate(.failed)
                throw error
            }
        }
        await withUnsafeContinuation { continuation in
            let isThere = template.withLock { state -> Bool in
                guard case .inTheMaking(let waiting) = state else { return true }
                state = .inTheMaking(waiting: waiting + [continuation])
                return false
            }
            if isThere { continuation.resume() }
        }
        guard case .ready = template.withLock({ $0 }) else { throw ClusterError(text: "the schema could not be made") }
        return try await PostgresCluster.blocking { try self.makeDatabase(from: "migrated") }
    }

    private func finishTemplate(_ end: Template) {
        let waiting = template.withLock { state -> [UnsafeContinuation<Void, Never>] in
            defer { state = end }
            return if case .inTheMaking(let waiting) = state { waiting } else { [] }
        }
        for continuation in waiting { continuation.resume() }
    }

    private func makeDatabase(from template: String) throws(ClusterError) -> PostgresConfig {
        let name = "test_\(UUID().uuidString.prefix(8).lowercased())"
        try sql("CREATE DATABASE \(name) TEMPLATE \(template)")
        return config(name)
    }

    /// Runs statements as the superuser and returns what they print; blocks.
    @discardableResult
    package func sql(_ text: String, in database: String = "postgres") throws(ClusterError) -> String {
        try run([
            "\(binaries)/psql", "-h", folder, "-p", "\(port)", "-U", "station", "-d", database, "-XAtq",
            "-v", "ON_ERROR_STOP=1", "-c", text,
        ])
    }

    /// Ends all connections to a database, as an administrator would.
    package func terminateConnections(to database: String) throws(ClusterError) {
        try sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
    }

    /// Runs what blocks beside the concurrency pool.
    package static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withUnsafeThrowingContinuation { (done: UnsafeContinuation<Value, any Error>) in
            do {
                _ = try OSThread(name: "blocking") { done.resume(with: Result { try body() }) }
            } catch {
                done.resume(throwing: error)
            }
        }
    }

    // MARK: Programs

    /// Through a shell, because the folder is the server's and not ours.
    private func write(_ lines: [String], to file: String, adding: Bool) throws(ClusterError) {
        let script = "printf '%s\\n' \"$@\" \(adding ? ">>" : ">") '\(data)/\(file)'"
        try run(["/bin/sh", "-c", script, "sh"] + lines)
    }

    /// Runs a program to its end, as `postgres` if we are root, and returns what it printed.
    @discardableResult
    private func run(_ words: [String]) throws(ClusterError) -> String {
        let words = getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] + words : words
        // A file and not a pipe: the server would keep a pipe open, and its reader waiting.
        let output = FileManager.default.temporaryDirectory.appending(path: "pg-\(UUID().uuidString)").path
        defer { unlink(output) }
        let status = try PostgresCluster.spawn(words, output: output)
        let bytes = FileManager.default.contents(atPath: output) ?? Data()
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard status == 0 else { throw ClusterError(text: "\(words): \(text)") }
        return text
    }

    /// Keeps nothing that belongs to the test process: neither its folder nor what it has open.
    private static let apart = """
        cd /tmp; for file in /proc/$$/fd/*; do n=${file##*/}; if ((n > 2)); then eval "exec $n>&-"; fi; done; exec "$@"
        """

    /// Not Foundation's `Process`: that waits until nobody has inherited its socket any more, and a server has.
    private static func spawn(_ words: [String], output: String) throws(ClusterError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let all = ["/bin/bash", "-c", apart, "bash"] + words
        let arguments = all.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, all[0], &actions, nil, arguments, environ)
        guard code == 0 else { throw ClusterError(text: "\(words[0]): \(String(cString: strerror(code)))") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

/// A program of PostgreSQL failed.
package struct ClusterError: Error, CustomStringConvertible {
    let text: String
    package var description: String { text }
}

private let endingCluster = Mutex<PostgresCluster?>(nil)
