package import Bus
package import Jobs

/// Runs the jobs that `JobLanesActor` claims.
///
/// Starts before it and stops after it, so that jobs can come to an end.
package struct JobHandsActor: SupervisedActor {
    package let name: ActorName
    private let context: ActorContext
    private let runner: JobRunner

    package init(_ context: ActorContext, runner: JobRunner) {
        name = context.name
        self.context = context
        self.runner = runner
    }

    package func run() async throws {
        context.ready()
        await runner.runHands()
    }
}
