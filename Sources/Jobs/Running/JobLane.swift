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
            let limited = try await claimed(wanted, limited: true, hands)
            let plain = limited < wanted ? try await claimed(wanted - limited, limited: false, hands) : 0
            state.withLock { $0.answered(isFull: limited + plain == wanted, hadLimited: limited > 0) }
        } catch {
            state.withLock { $0.noticed() }
            throw error
        }
    }

    private func claimed(_ wanted: Int, limited: Bool, _ hands: JobHands) async throws(StoreError) -> Int {
        let records = try await parts.queue.claim(
            queue,
            limit: wanted,
            lease: parts.settings.lease,
            worker: parts.worker,
            limited: limited
        )
        guard !records.isEmpty else { return 0 }
        state.withLock { $0.took(records.count) }
        parts.report(.claimed(queue: queue.text, count: records.count))
        for record in records { hands.take(record, for: self) }
        return records.count
    }
}
