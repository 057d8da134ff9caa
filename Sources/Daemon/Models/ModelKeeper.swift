import Actors
import Bus
import LLM

/// Looks after the providers: finds out when one that was left alone can be reached again, and lets go of connections of
/// earlier settings.
struct ModelKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: ModelDesk
    private let interval: @Sendable () -> Duration

    init(_ context: ActorContext, desk: ModelDesk, interval: @escaping @Sendable () -> Duration) {
        name = context.name
        self.context = context
        self.desk = desk
        self.interval = interval
    }

    func run() async throws {
        context.ready()
        while !Task.isCancelled {
            await desk.router.lookForRecovered()
            await desk.closeRetired()
            do {
                try await ContinuousClock().sleep(for: interval())
            } catch {
                return
            }
        }
    }
}
