import API
import Actors
import Bus
import Logging
import Telemetry

/// One life of the HTTP listener, under supervision.
struct OperationsActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let listener: HTTPListener

    init(
        _ context: ActorContext,
        station: Station,
        routes: RouteTable,
        doors: FrontDoor,
        limits: LimitDesk,
        authenticate: @escaping Authenticator
    ) {
        let settings = station.settings.current.configuration.http
        var manners = HTTPListener.Manners()
        manners.origins = Set(settings.corsOrigins)
        manners.isSecureOnly = settings.hsts
        manners.trustedProxies = settings.trustedProxies.compactMap { AddressRange($0) }
        let answers = AnswerMeter(station.instruments.metrics)
        name = context.name
        self.context = context
        listener = HTTPListener(
            address: HTTPListener.Address(host: settings.listen, port: settings.port),
            table: routes,
            authenticate: authenticate,
            gate: limits.gate,
            manners: manners,
            connections: doors.connections,
            connectionsMax: OperationsActor.connectionsMax(settings.connectionsMax),
            onAnswer: { route, status, took in
                answers.note(route: route, status: status, took: took)
                doors.traffic.note(status: status, took: took)
            },
            logger: Logger(label: "http")
        )
    }

    /// No more than the process has descriptors for: the rest of the station needs some too.
    private static func connectionsMax(_ wanted: Int) -> Int {
        guard let limit = FileDescriptorLimit.current else { return wanted }
        let most = max(16, limit - descriptorsKept)
        if wanted > most {
            Logger(label: "http").info(
                "fewer connections than http.connections_max fit into the limit of open files",
                metadata: ["limit": "\(limit)", "connections": "\(most)"]
            )
        }
        return min(wanted, most)
    }

    /// For files, databases, other services and programs that are started.
    private static let descriptorsKept = 128

    func run() async throws {
        try await listener.run { _ in context.ready() }
        // The intake has closed the connections.
        await untilCancelled()
    }
}
