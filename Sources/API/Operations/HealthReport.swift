package import Bus
import Domain

/// How the station is: the one model behind all health routes.
package struct HealthReport: Hashable, Sendable {
    /// A part of the station that is looked at.
    package struct Service: Hashable, Sendable {
        package let name: String
        package let status: HealthAnswer.Status
        /// How long it took to answer when it was last asked; absent for parts that are not asked but watched.
        package let latency: Duration?
        /// Why it is not `ok`.
        package let reason: String?

        package init(name: String, status: HealthAnswer.Status, latency: Duration?, reason: String?) {
            self.name = name
            self.status = status
            self.latency = latency
            self.reason = reason
        }
    }

    /// A queue of jobs.
    package struct Queue: Hashable, Sendable {
        package let name: String
        package let waiting: Int
        package let running: Int

        package init(name: String, waiting: Int, running: Int) {
            self.name = name
            self.waiting = waiting
            self.running = running
        }
    }

    package let status: HealthAnswer.Status
    /// Why it is not `ok`, a sentence each.
    package let reasons: [String]
    /// When the parts were last looked at; `nil` before the first time.
    package let checkedAt: Timestamp?
    /// Seconds since the daemon was ready.
    package let uptimeSeconds: Double
    package let version: String
    package let services: [Service]
    package let queues: [Queue]

    package init(
        status: HealthAnswer.Status,
        reasons: [String],
        checkedAt: Timestamp?,
        uptimeSeconds: Double,
        version: String,
        services: [Service],
        queues: [Queue]
    ) {
        self.status = status
        self.reasons = reasons
        self.checkedAt = checkedAt
        self.uptimeSeconds = uptimeSeconds
        self.version = version
        self.services = services
        self.queues = queues
    }
}
