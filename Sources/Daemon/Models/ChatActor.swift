import API
import Actors
import Bus
import Chat

/// Makes the calls that people pay for.
///
/// When the station stops, those that have not come to their end in time are settled for what came of them, and whoever
/// listens hears so before the connections are closed.
struct ChatActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: ModelDesk
    private let connections: OpenConnections
    private let isStopping: @Sendable () -> Bool

    /// How long the last words may take to be out.
    private static let patience: Duration = .seconds(1)

    init(
        _ context: ActorContext,
        desk: ModelDesk,
        connections: OpenConnections,
        isStopping: @escaping @Sendable () -> Bool
    ) {
        name = context.name
        self.context = context
        self.desk = desk
        self.connections = connections
        self.isStopping = isStopping
    }

    func run() async throws {
        context.ready()
        await desk.chat.work()
        guard isStopping() else { return }
        await connections.close(within: ChatActor.patience)
    }
}
