import Actors
import Bus
import BusZeroMQ
import Logging
import Store
import Telemetry

/// One life of the ZeroMQ edge, under supervision.
struct EdgeActor: SupervisedActor {
    let name: ActorName
    private let edge: ZeroMQEdge
    private let context: ActorContext
    private let station: Station

    /// - Throws: `ThreadError` when the process is out of descriptors.
    init(
        _ context: ActorContext,
        station: Station,
        config: BusZeroMQ.ZeroMQConfig,
        handler: @escaping ControlHandler
    ) throws {
        let logger = Logger(label: "zeromq")
        let metrics = station.instruments.metrics
        let store = station.store
        name = context.name
        self.context = context
        self.station = station
        edge = try ZeroMQEdge(
            bus: station.bus,
            config: config,
            now: station.now,
            position: {
                let position = store.position
                return BusZeroMQ.LogPosition(offset: position.head, oldestOffset: position.oldest)
            },
            report: { incident in
                if case .unknownKey = incident { metrics.counter(.zeromqAuthFailures, "unknown key").increment() }
                logger.warning("incident at the edge", metadata: [LogKey.reason: "\(incident)"])
            },
            handler: handler
        )
    }

    func run() async throws {
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Beside the edge, which says only while it runs that it is bound.
                group.addTask {
                    guard let endpoints = try await edge.waitUntilBound() else { return }
                    station.edgeBound(edge, at: endpoints)
                    context.ready()
                }
                // Ends by `stop`, not by cancellation, so that what was published before is still sent.
                try await edge.run()
                try await group.waitForAll()
            }
        } onCancel: {
            edge.stop()
        }
    }
}
