import Bus
import Domain

/// What the short health routes say.
package struct HealthAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable, CaseIterable, SchemaChoice {
        case starting
        case ok
        case degraded
        case failing
    }

    let status: Status
    /// Why it is not `ok`, a sentence each.
    let reasons: [String]
    /// Seconds since the daemon was ready.
    let uptimeSeconds: Double
    let version: String

    enum CodingKeys: String, CodingKey {
        case status, reasons, version
        case uptimeSeconds = "uptime_seconds"
    }

    init(_ report: HealthReport) {
        status = report.status
        reasons = report.reasons
        uptimeSeconds = report.uptimeSeconds
        version = report.version
    }
}

/// What `/healthz` and `/api/health/detailed` say, in the words that orchestrators and older dashboards know.
struct DetailedHealthAnswer: Codable, Hashable, Sendable {
    enum Status: String, Codable, Sendable, CaseIterable, SchemaChoice {
        case healthy
        case degraded
        case unhealthy

        /// A station that starts is not broken: whether it takes work yet is told by `/api/health/ready`.
        init(_ status: HealthAnswer.Status) {
            self =
                switch status {
                case .ok: .healthy
                case .starting, .degraded: .degraded
                case .failing: .unhealthy
                }
        }
    }

    struct Service: Codable, Hashable, Sendable {
        let status: Status
        let latencyMilliseconds: Double?
        let error: String?

        enum CodingKeys: String, CodingKey {
            case status, error
            case latencyMilliseconds = "latency_ms"
        }
    }

    struct Queue: Codable, Hashable, Sendable {
        let depth: Int
        let processing: Int
    }

    let status: Status
    /// When the parts were last looked at.
    let timestamp: Timestamp?
    let uptimeSeconds: Double
    let version: String
    let services: [String: Service]
    let queues: [String: Queue]

    enum CodingKeys: String, CodingKey {
        case status, timestamp, version, services, queues
        case uptimeSeconds = "uptime_seconds"
    }

    init(_ report: HealthReport) {
        status = Status(report.status)
        timestamp = report.checkedAt
        uptimeSeconds = report.uptimeSeconds
        version = report.version
        services = Dictionary(uniqueKeysWithValues: report.services.map { ($0.name, Service($0)) })
        queues = Dictionary(
            uniqueKeysWithValues: report.queues.map { ($0.name, Queue(depth: $0.waiting, processing: $0.running)) }
        )
    }
}

extension DetailedHealthAnswer.Service {
    init(_ service: HealthReport.Service) {
        status = DetailedHealthAnswer.Status(service.status)
        latencyMilliseconds = service.latency.map { $0 / .milliseconds(1) }
        error = service.reason
    }
}

/// What `/api/health` says: the parts, and how much there is to do.
struct HealthOverviewAnswer: Codable, Hashable, Sendable {
    let status: DetailedHealthAnswer.Status
    /// When the parts were last looked at.
    let timestamp: Timestamp?
    let uptimeSeconds: Double
    let version: String
    let services: [String: DetailedHealthAnswer.Service]
    let queues: [String: DetailedHealthAnswer.Queue]
    /// Connections to this listener that are open now.
    let activeConnections: Int
    /// Requests answered in the last 60 minutes; since the start when that is less.
    let requestsLastHour: Int
    /// Over those requests; absent when there was none.
    let meanLatencyMilliseconds: Double?

    enum CodingKeys: String, CodingKey {
        case status, timestamp, version, services, queues
        case uptimeSeconds = "uptime_seconds"
        case activeConnections = "active_connections"
        case requestsLastHour = "requests_1h"
        case meanLatencyMilliseconds = "mean_latency_ms"
    }

    init(_ report: HealthReport, connections: Int, hour: TrafficWindow.Sum) {
        let details = DetailedHealthAnswer(report)
        status = details.status
        timestamp = details.timestamp
        uptimeSeconds = details.uptimeSeconds
        version = details.version
        services = details.services
        queues = details.queues
        activeConnections = connections
        requestsLastHour = hour.answers
        meanLatencyMilliseconds = hour.meanLatency.map { $0 / .milliseconds(1) }
    }
}
