import API
import Actors
import Bus
import Domain
import Logging
import Telemetry

/// One life of the HTTP listener, under supervision.
struct OperationsActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let server: OperationsServer

    init(_ context: ActorContext, station: Station) {
        let settings = station.settings.current.configuration.http
        name = context.name
        self.context = context
        server = OperationsServer(
            address: OperationsServer.Address(host: settings.listen, port: settings.port),
            sources: OperationsServer.Sources(
                health: { HealthAnswer(station) },
                metrics: { String(decoding: station.instruments.metrics.renderPrometheus(), as: UTF8.self) },
                version: Version.current,
                onAnswer: { route, status, took in
                    let metrics = station.instruments.metrics
                    metrics.counter(.apiRequests, route, "\(status)").increment()
                    metrics.histogram(.apiRequestSeconds, route).observe(took)
                }
            ),
            logger: Logger(label: "http")
        )
    }

    func run() async throws {
        try await server.run { _ in context.ready() }
    }
}

extension HealthAnswer {
    init(_ station: Station) {
        let health = station.health
        let (status, reasons) = (health.status, health.reasons)
        let state: Status =
            switch station.phase {
            case .starting: .starting
            case .running, .draining: Status(rawValue: status.rawValue) ?? .degraded
            }
        self.init(
            status: state,
            reasons: station.phase == .draining ? reasons + ["the station is draining"] : reasons,
            uptimeSeconds: station.uptimeSeconds,
            version: Version.current
        )
    }
}
