import Domain
import Identity

/// What monitoring reads: the release, the metrics, the station in one line, and what it uses.
package struct MonitoringRoutes: Sendable {
    private let metrics: @Sendable () -> String
    private let status: @Sendable () async -> StatusAnswer
    private let usage: @Sendable () async throws(APIError) -> UsageAnswer
    private let version: String

    /// - Parameters:
    ///   - metrics: Prometheus text exposition, format 0.0.4.
    ///   - status: the station in one line.
    ///   - usage: what it uses; `.unavailable` where that cannot be read.
    ///   - version: the release.
    package init(
        metrics: @escaping @Sendable () -> String,
        status: @escaping @Sendable () async -> StatusAnswer,
        usage: @escaping @Sendable () async throws(APIError) -> UsageAnswer,
        version: String
    ) {
        self.metrics = metrics
        self.status = status
        self.usage = usage
        self.version = version
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/version",
                access: .anyone,
                summary: "The release that runs",
                group: "Operations",
                limit: .operations,
                query: NoQuery.self,
                answers: [200: "The release."]
            ) { [version] _, _ in Route.Reply(VersionAnswer(version: version)) },
            try Route.get(
                "/status",
                access: .anyone,
                summary: "The station in one line",
                group: "Operations",
                limit: .operations,
                query: NoQuery.self,
                answers: [200: "How it stands."]
            ) { [status] _, _ in Route.Reply(await status()) },
            try Route.get(
                "/api/metrics",
                access: .role(.operator, scope: .read),
                summary: "What the process and its database use, and what it answers",
                group: "Operations",
                query: NoQuery.self,
                answers: [200: "The figures."]
            ) { [usage] (_, _) throws(APIError) in Route.Reply(try await usage()) },
            Route.text(
                "/metrics",
                access: .anyone,
                summary: "All metrics, for Prometheus",
                group: "Operations",
                contentType: "text/plain; version=0.0.4; charset=utf-8"
            ) { [metrics] in metrics() },
        ]
    }
}

/// What `/version` says.
struct VersionAnswer: Codable, Hashable, Sendable {
    let version: String
}

/// What `/status` says.
package struct StatusAnswer: Codable, Hashable, Sendable {
    /// Settings that a listener may know.
    package struct Settings: Codable, Hashable, Sendable {
        /// `off` while there is no voice.
        let voiceMode: String
        /// Whether media is made on another machine.
        let gpuRemote: Bool
        /// Whether calls are stand-ins; never in production.
        let mockTwilio: Bool

        package init(voiceMode: String, gpuRemote: Bool, mockTwilio: Bool) {
            self.voiceMode = voiceMode
            self.gpuRemote = gpuRemote
            self.mockTwilio = mockTwilio
        }
    }

    /// Whether the station is up, and its hosts on the air.
    let running: Bool
    /// Jobs that wait.
    let queue: Int
    let config: Settings

    package init(running: Bool, queue: Int, config: Settings) {
        self.running = running
        self.queue = queue
        self.config = config
    }
}

/// What `/api/metrics` says.
package struct UsageAnswer: Codable, Hashable, Sendable {
    /// Space on the file system that holds the state.
    package struct Disk: Codable, Hashable, Sendable {
        let totalBytes: Int64
        let freeBytes: Int64

        enum CodingKeys: String, CodingKey {
            case totalBytes = "total_bytes"
            case freeBytes = "free_bytes"
        }

        package init(totalBytes: Int64, freeBytes: Int64) {
            self.totalBytes = totalBytes
            self.freeBytes = freeBytes
        }
    }

    /// The answers of the last hour.
    package struct Requests: Codable, Hashable, Sendable {
        let lastHour: Int
        let serverErrorsLastHour: Int
        let meanLatencyMilliseconds: Double?

        enum CodingKeys: String, CodingKey {
            case lastHour = "last_hour"
            case serverErrorsLastHour = "server_errors_last_hour"
            case meanLatencyMilliseconds = "mean_latency_ms"
        }

        package init(_ hour: TrafficWindow.Sum) {
            lastHour = hour.answers
            serverErrorsLastHour = hour.serverErrors
            meanLatencyMilliseconds = hour.meanLatency.map { $0 / .milliseconds(1) }
        }
    }

    /// Processor time since the start.
    let cpuSeconds: Double
    let residentBytes: Int64
    let threads: Int
    let openFiles: Int
    let disk: Disk
    /// The database's size; absent where it does not say.
    let databaseBytes: Int64?
    /// Connections to the listener.
    let connections: Int
    let requests: Requests

    enum CodingKeys: String, CodingKey {
        case threads, disk, connections, requests
        case cpuSeconds = "cpu_seconds"
        case residentBytes = "resident_bytes"
        case openFiles = "open_files"
        case databaseBytes = "database_bytes"
    }

    package init(
        cpuSeconds: Double,
        residentBytes: Int64,
        threads: Int,
        openFiles: Int,
        disk: Disk,
        databaseBytes: Int64?,
        connections: Int,
        requests: Requests
    ) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
        self.threads = threads
        self.openFiles = openFiles
        self.disk = disk
        self.databaseBytes = databaseBytes
        self.connections = connections
        self.requests = requests
    }
}
