package import Bus
package import Jobs

/// Fires schedules at their times.
package struct SchedulerActor: SupervisedActor {
    package let name: ActorName
    private let context: ActorContext
    private let book: ScheduleBook
    private let definitions: [ScheduleDefinition]
    private let hooks: SchedulerHooks

    /// - Parameters:
    ///   - context: this life.
    ///   - book: the schedules in the database.
    ///   - definitions: those that the program itself has; they are installed at the start.
    ///   - hooks: told what happens.
    package init(
        _ context: ActorContext,
        book: ScheduleBook,
        definitions: [ScheduleDefinition],
        hooks: SchedulerHooks
    ) {
        name = context.name
        self.context = context
        self.book = book
        self.definitions = definitions
        self.hooks = hooks
    }

    package func run() async throws {
        for definition in definitions { try await book.install(definition, as: .code) }
        context.ready()
        try await Scheduler(book, hooks: hooks).run()
    }
}
