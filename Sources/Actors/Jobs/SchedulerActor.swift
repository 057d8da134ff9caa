package import Bus
package import Jobs

/// Fires schedules at their times.
package struct SchedulerActor: SupervisedActor {
    package let name: ActorName
    private let context: ActorContext
    private let book: ScheduleBook
    private let definitions: [ScheduleDefinition]
    private let retired: [String]
    private let hooks: SchedulerHooks

    /// - Parameters:
    ///   - context: this life.
    ///   - book: the schedules in the database.
    ///   - definitions: those that the program itself has; they are installed at the start.
    ///   - retired: the names of those that it had, and has no more; an operator's of the same name stays.
    ///   - hooks: told what happens.
    package init(
        _ context: ActorContext,
        book: ScheduleBook,
        definitions: [ScheduleDefinition],
        retired: [String],
        hooks: SchedulerHooks
    ) {
        name = context.name
        self.context = context
        self.book = book
        self.definitions = definitions
        self.retired = retired
        self.hooks = hooks
    }

    package func run() async throws {
        for definition in definitions { try await book.install(definition, as: .code) }
        for name in retired {
            guard let schedule = try await book.show(name), schedule.origin == .code else { continue }
            try await book.remove(name)
        }
        context.ready()
        try await Scheduler(book, hooks: hooks).run()
    }
}
