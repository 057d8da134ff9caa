package import Bus
package import Jobs

/// Keeps the queues moving: makes due what is due, and, while this daemon leads, takes back what was left behind and
/// removes what is old.
package struct JobKeeperActor: SupervisedActor {
    package let name: ActorName
    private let context: ActorContext
    private let keeper: JobKeeper

    package init(_ context: ActorContext, keeper: JobKeeper) {
        name = context.name
        self.context = context
        self.keeper = keeper
    }

    package func run() async throws {
        context.ready()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // What is due must not wait for the sweep of what is old; when that breaks, both end.
            group.addTask { await keeper.runStaging() }
            group.addTask { try await keeper.runKeeping() }
            try await group.waitForAll()
        }
    }
}
