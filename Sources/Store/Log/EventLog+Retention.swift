package import Bus

extension EventLog {
    /// Removes all that a policy no longer keeps, batch by batch, so that writers get their turn in between.
    ///
    /// - Returns: how many rows it removed.
    /// - Throws: `StoreError` as for `append`; the batches before it stay removed.
    @discardableResult
    package func pruneAll(_ policy: RetentionPolicy, at time: Timestamp) async throws(StoreError) -> Int {
        var removed = 0
        var hasMore = true
        while hasMore {
            let report = try await prune(policy, at: time)
            removed += report.removed
            hasMore = report.hasMore
        }
        return removed
    }

    /// Prunes at once and then at intervals, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - policy: what is kept; asked before each round.
    ///   - interval: the pause between two rounds.
    ///   - clock: what the pause is measured by.
    ///   - now: the time that ages are counted from.
    ///   - onRemoved: told how many rows a round removed, if any.
    /// - Throws: `StoreError` when a round fails, for the supervisor to decide.
    package func keepPruned(
        to policy: @Sendable () -> RetentionPolicy,
        every interval: Duration,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @Sendable () -> Timestamp = { .now },
        onRemoved: (Int) -> Void = { _ in }
    ) async throws(StoreError) {
        while !Task.isCancelled {
            do throws(StoreError) {
                let removed = try await pruneAll(policy(), at: now())
                if removed > 0 { onRemoved(removed) }
            } catch {
                if error.code == .cancelled { return }
                throw error
            }
            do {
                try await clock.sleep(for: interval)
            } catch {
                // A clock's sleep fails for one reason only: the task was cancelled.
                return
            }
        }
    }
}
