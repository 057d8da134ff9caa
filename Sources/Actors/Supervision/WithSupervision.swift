/// Runs a supervision tree beside `body`, and ends it in order when `body` ends.
///
/// This is the top of the process's task tree, and with that the graveyard: incarnations that never end stay here. The
/// tree starts when `Supervisor.begin()` is called, as `SupervisorService` does. Whatever happens (the stop comes before
/// the start, `body` throws, the tree gives up) the tree is stopped, and then `cleanUp` runs, exactly once. A service
/// group that is told to stop before it runs never runs its services, so clean-up that must happen belongs here.
///
/// - Parameters:
///   - tree: the top of the tree.
///   - deadline: armed at the latest when `body` is over, and disarmed when all is over.
///   - cleanUp: what must be given back after the last actor.
///   - zombiesRemain: called after that with the number of incarnations that still run, if there are any. It has to end the
///     process: this function cannot return before they have ended.
///   - body: the rest of the program, usually a service group.
/// - Returns: what `body` returned.
/// - Throws: what `body` threw.
package func withSupervision<Value: Sendable>(
    of tree: Supervisor,
    deadline: ShutdownDeadline? = nil,
    cleanUp: () async -> Void = {},
    zombiesRemain: (Int) -> Void,
    body: () async throws -> Value
) async throws -> Value {
    let result = await withTaskGroup(of: Void.self) { group -> Result<Value, any Error> in
        // Beside the body: the tree goes on until it has stopped in order, whatever has ended the body.
        group.addTask { await tree.run() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        deadline?.arm()
        tree.stop()
        _ = await tree.ended()
        await cleanUp()
        let zombies = tree.zombieCount
        if zombies > 0 { zombiesRemain(zombies) }
        return result
    }
    // Not before the last task has ended: one that was shut out brutally and lingers must not hold up the exit either.
    deadline?.disarm()
    return try result.get()
}
