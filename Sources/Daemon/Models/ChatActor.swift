import Actors
import Bus
import Chat

/// Makes the calls that people pay for.
struct ChatActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: ModelDesk

    init(_ context: ActorContext, desk: ModelDesk) {
        name = context.name
        self.context = context
        self.desk = desk
    }

    func run() async throws {
        context.ready()
        await desk.chat.work()
    }
}
