import Bus
import Store
import Threading

/// Claims the jobs of one queue and hands them on.
final class JobLane: Sendable {
    let queue: QueueName
    private let parts: JobRunnerParts
    private let state: Mutex<LaneState>
    private let signal: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(_ lane: JobRunnerSettings.Lane, _ parts: JobRunnerParts) {
        queue = lane.queue
        self.parts = parts
        state = Mutex(LaneState(slots: lane.slots, claimMax: parts.settings.claimMax))
        (signal, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// There may be something to claim.
    func notice() {
        state.withLock { $0.noticed() }
        wake.yield()
    }

    /// A job has ended.
    func ended(wasLimited: Bool) {
        if wasLimited { parts.queue.noteRoom(in: queue) }
        let isWanted = state.withLock { state -> Bool in
            state.ended(wasLimited: wasLimited)
            return state.wanted > 0
        }
        if isWanted { wake.yield() }
    }

    /// Claims until the task is cancelled.
    func run(_ hands: JobHands) async {
        wake.yield()
        for await _ in signal {
            var failures = 0
            while !Task.isCancelled {
                if hands.isOver { return }
                let wanted = state.withLock { $0.wanted }
                guard wanted > 0 else { break }
                do throws(StoreError) {
                    try await claim(wanted, for: hands)
                    failures = 0
                } catch {
                    if error.code == .cancelled { return }
                    failures += 1
                    parts.report(.storeFailed(what: "claim \(queue)", error: "\(error)"))
                    await parts.pause(afterFailures: failures)
                }
            }
        }
    }

    private func claim(_ wanted: Int, for hands: JobHands) async throws(StoreError) {
        state.withLock { $0.asks() }
        do throws(StoreError) {
            let records = try await parts.queue.claim(
                queue,
                limit: wanted,
                lease: parts.settings.lease,
                worker: parts.worker
            )
            if !records.isEmpty {
                state.withLock { $0.took(records.count) }
                parts.report(.claimed(queue: queue.text, count: records.count))
                for record in records { hands.take(record, for: self) }
            }
            let hadLimited = records.contains { $0.limitKey != nil }
            state.withLock { $0.answered(isFull: records.count == wanted, hadLimited: hadLimited) }
        } catch {
            state.withLock { $0.noticed() }
            throw error
        }
    }
}
