import API
import Actors
import Bus
import Threading

/// One life of the limiters' work behind the requests, under supervision.
struct LimitsActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: LimitDesk

    init(_ context: ActorContext, desk: LimitDesk) {
        name = context.name
        self.context = context
        self.desk = desk
    }

    func run() async throws {
        let missing = Mutex(2)
        let onReady: @Sendable () -> Void = { [context] in
            let isReady = missing.withLock { count in
                count -= 1
                return count == 0
            }
            if isReady { context.ready() }
        }
        await withTaskGroup(of: Void.self) { [desk] group in
            // Two limiters, of which neither waits for what the other asks of the store.
            group.addTask { await desk.rates.run(onReady: onReady) }
            group.addTask { await desk.slots.run(onReady: onReady) }
            await group.waitForAll()
        }
    }
}
