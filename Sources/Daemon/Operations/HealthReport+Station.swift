import API
import Actors
import Bus
import Domain
import Jobs

extension HealthReport {
    /// How the station is now, from what its health agent has found.
    init(_ station: Station, jobs: JobDesk) {
        let health = station.health
        let isDraining = station.phase == .draining
        self.init(
            status: station.phase == .starting ? .starting : HealthAnswer.Status(health.status),
            reasons: isDraining ? health.reasons + ["the station is draining"] : health.reasons,
            checkedAt: health.checkedAt,
            uptimeSeconds: station.uptimeSeconds,
            version: Version.current,
            services: health.checks.sorted { $0.key < $1.key }.map { name, status in
                Service(
                    name: name,
                    status: HealthAnswer.Status(status),
                    latency: health.latencies[name].map { .milliseconds($0) },
                    reason: health.reasons.first { $0.hasPrefix("\(name): ") }.map {
                        String($0.dropFirst(name.count + 2))
                    }
                )
            },
            queues: jobs.telemetry.counts.map { counts in
                Queue(
                    name: counts.queue,
                    waiting: counts.available + counts.scheduled + counts.retryable,
                    running: counts.running
                )
            }
        )
    }
}

extension HealthAnswer.Status {
    init(_ status: HealthStatus) {
        self =
            switch status {
            case .starting: .starting
            case .ok: .ok
            case .degraded: .degraded
            case .failing: .failing
            }
    }
}
