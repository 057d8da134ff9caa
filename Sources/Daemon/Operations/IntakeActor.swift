import API
import Actors
import Bus

/// Closes the listener's connections in order when the station stops.
///
/// It is the first to be stopped: requests under way are answered while everything they rely on still runs, and nothing
/// new comes in. Live clients stay until the live updates say goodbye.
struct IntakeActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let connections: OpenConnections
    private let isStopping: @Sendable () -> Bool

    /// An answer that takes longer is given up.
    private static let patience: Duration = .seconds(4)
    /// How long its end may take.
    static let stopMax = patience + .seconds(1)

    /// - Parameters:
    ///   - context: this life.
    ///   - connections: what is to be closed.
    ///   - isStopping: whether the station stops: somebody who restarts this actor alone wants to be served on.
    init(_ context: ActorContext, connections: OpenConnections, isStopping: @escaping @Sendable () -> Bool) {
        name = context.name
        self.context = context
        self.connections = connections
        self.isStopping = isStopping
    }

    func run() async throws {
        context.ready()
        await untilCancelled()
        guard isStopping() else { return }
        await connections.close(within: IntakeActor.patience)
    }
}
