import Domain

/// The faces of the station's health: the same report for whoever asks in whichever way.
package struct HealthRoutes: Sendable {
    private let report: @Sendable () -> HealthReport
    private let traffic: TrafficMeter
    private let connections: @Sendable () -> Int

    /// - Parameters:
    ///   - report: how the station is now; must not block.
    ///   - traffic: what has been answered lately.
    ///   - connections: how many connections to the listener are open.
    package init(
        report: @escaping @Sendable () -> HealthReport,
        traffic: TrafficMeter,
        connections: @escaping @Sendable () -> Int
    ) {
        self.report = report
        self.traffic = traffic
        self.connections = connections
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try face("/health", "Whether the station lives, with the reasons when all is not well", HealthAnswer.init) {
                $0 != .failing
            },
            try face("/api/health/live", "Whether the process is fit to go on", HealthAnswer.init) { $0 != .failing },
            try face("/api/health/ready", "Whether it takes work: not while it starts or fails", HealthAnswer.init) {
                $0 == .ok || $0 == .degraded
            },
            try face("/healthz", "Every part and every queue, in few words", DetailedHealthAnswer.init) {
                $0 != .failing
            },
            try face("/api/health/detailed", "Every part and every queue", DetailedHealthAnswer.init) {
                $0 != .failing
            },
            try face("/api/health", "Every part, and how much there is to do", overview) { $0 != .failing },
        ]
    }

    private struct Strictness: Decodable, Sendable {
        let strict: Bool?
    }

    /// One face of the same health; `strict` takes anything but `ok` for a failure.
    private func face<Answer: Codable & Sendable>(
        _ path: String,
        _ summary: String,
        _ answer: @escaping @Sendable (HealthReport) -> Answer,
        isGood: @escaping @Sendable (HealthAnswer.Status) -> Bool
    ) throws -> Route {
        try Route.get(
            path,
            access: .anyone,
            summary: summary,
            group: "Health",
            limit: .operations,
            query: Strictness.self,
            answers: [200: "It is.", 503: "It is not, and why."]
        ) { [report] query, _ in
            let report = report()
            let isHealthy = isGood(report.status) && (query.strict != true || report.status == .ok)
            return Route.Reply(answer(report), status: isHealthy ? 200 : 503)
        }
    }

    private func overview(_ report: HealthReport) -> HealthOverviewAnswer {
        HealthOverviewAnswer(report, connections: connections(), hour: traffic.last(minutes: 60))
    }
}
