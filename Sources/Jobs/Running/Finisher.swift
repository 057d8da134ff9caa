import Bus
import Store
import Threading

/// Records completed jobs, as many in one transaction as have come together.
final class Finisher: Sendable {
    private struct Entry {
        let completion: JobQueue.Completion
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var entries: [Entry] = []
        var isClosed = false
    }

    /// The most in one transaction.
    private static let batchMax = 256

    private let queue: JobQueue
    private let state = Mutex(State())
    private let signal: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(queue: JobQueue) {
        self.queue = queue
        (signal, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// How many wait to be recorded.
    var backlog: Int { state.withLock { $0.entries.count } }

    /// Waits until a job is recorded.
    ///
    /// - Returns: false when its lease was lost, or the runner ended before it could be recorded.
    func record(_ completion: JobQueue.Completion) async -> Bool {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state -> Bool in
                if !state.isClosed { state.entries.append(Entry(completion: completion, continuation: continuation)) }
                return state.isClosed
            }
            if isClosed { continuation.resume(returning: false) } else { wake.yield() }
        }
    }

    /// Records until the task is cancelled.
    ///
    /// - Parameters:
    ///   - pause: waits before the next try after the store has failed so many times in a row.
    ///   - onFailure: told of each failure.
    func run(pause: (Int) async -> Void, onFailure: (StoreError) -> Void) async {
        defer { close() }
        for await _ in signal {
            while let batch = take() {
                await record(batch, pause: pause, onFailure: onFailure)
                if Task.isCancelled { return }
            }
        }
    }

    private func take() -> [Entry]? {
        state.withLock { state in
            guard !state.entries.isEmpty else { return nil }
            let batch = Array(state.entries.prefix(Finisher.batchMax))
            state.entries.removeFirst(batch.count)
            return batch
        }
    }

    private func record(
        _ batch: [Entry],
        pause: (Int) async -> Void,
        onFailure: (StoreError) -> Void
    ) async {
        var failures = 0
        while true {
            do throws(StoreError) {
                // Trying again after an unknown outcome is safe: what was recorded is not running any more. It then
                // looks like a lost lease, so what is there is asked.
                var kept = try await queue.complete(batch.map(\.completion))
                if failures > 0 { kept.formUnion(try await queue.completed(among: batch.map(\.completion))) }
                for entry in batch { entry.continuation.resume(returning: kept.contains(entry.completion.id)) }
                return
            } catch {
                failures += 1
                onFailure(error)
                if Task.isCancelled || error.code == .closed {
                    for entry in batch { entry.continuation.resume(returning: false) }
                    return
                }
                await pause(failures)
            }
        }
    }

    private func close() {
        let left = state.withLock { state -> [Entry] in
            state.isClosed = true
            defer { state.entries = [] }
            return state.entries
        }
        for entry in left { entry.continuation.resume(returning: false) }
    }
}
