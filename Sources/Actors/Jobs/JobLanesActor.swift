package import Bus
package import Jobs

/// Claims jobs for this daemon.
///
/// When it is told to stop it claims no more, and returns once the jobs that run have ended or have been handed back.
package struct JobLanesActor: SupervisedActor {
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
        try await runner.runLanes()
    }
}
