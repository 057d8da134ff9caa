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
    private let listener: HTTPListener

    init(_ context: ActorContext, station: Station, routes: RouteTable) {
        let settings = station.settings.current.configuration.http
        name = context.name
        self.context = context
        listener = HTTPListener(
            address: HTTPListener.Address(host: settings.listen, port: settings.port),
            table: routes,
            authenticate: { _ throws(APIError) in throw .unknownCredential },
            onAnswer: { route, status, took in
                let metrics = station.instruments.metrics
                metrics.counter(.apiRequests, route, "\(status)").increment()
                metrics.histogram(.apiRequestSeconds, route).observe(took)
            },
            logger: Logger(label: "http")
        )
    }

    func run() async throws {
        try await listener.run { _ in context.ready() }
    }
}

extension RouteTable {
    /// Every route of the station.
    ///
    /// - Throws: what is wrong with the table; then the daemon does not start.
    init(_ station: Station, control: ControlTable) throws {
        let operations = OperationsRoutes(
            health: { HealthAnswer(station) },
            metrics: { String(decoding: station.instruments.metrics.renderPrometheus(), as: UTF8.self) },
            version: Version.current
        )
        let control = ControlRoutes(door: ControlDoor(control))
        self = try .documented(operations.all() + control.all(), release: Version.current)
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
