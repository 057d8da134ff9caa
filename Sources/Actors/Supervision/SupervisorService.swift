import ServiceLifecycle

/// The one service under which a whole supervision tree lives in a service group.
///
/// Graceful shutdown and cancellation both become an ordered stop of the tree. The tree's tasks are not here but in
/// `withSupervision`, so that this service can end, and the group go on to the next, while a zombie still runs.
package struct SupervisorService: Service, CustomStringConvertible {
    private let tree: Supervisor
    private let deadline: ShutdownDeadline?

    /// - Parameters:
    ///   - tree: must run in a `withSupervision` around the service group.
    ///   - deadline: armed when the stop is asked for.
    package init(_ tree: Supervisor, deadline: ShutdownDeadline? = nil) {
        self.tree = tree
        self.deadline = deadline
    }

    package var description: String { "supervisor \(tree.name)" }

    /// Begins the tree, and returns once it has been stopped.
    ///
    /// - Throws: `SupervisorError` when the tree gave up; the process should then end with its `exitStatus`.
    package func run() async throws {
        let outcome = await withTaskCancellationOrGracefulShutdownHandler {
            tree.begin()
            return await tree.ended()
        } onCancelOrGracefulShutdown: {
            deadline?.arm()
            tree.stop()
        }
        if case .failed(let error) = outcome { throw error }
    }
}
