import Threading

/// Carries out what limiters ask of the store, so that no request waits in a statement: a bounded number at once.
///
/// Requests wait beside it, and only as long as they want to.
final class StoreWorker: Sendable {
    typealias Work = @Sendable () async -> Void

    private let door = Mutex<AsyncStream<Work>.Continuation?>(nil)
    private let waitingMax: Int

    init(waitingMax: Int = 65_536) { self.waitingMax = waitingMax }

    /// - Returns: false when nobody works, or too much waits; then nothing happens.
    func submit(_ work: @escaping Work) -> Bool {
        door.withLock { door in
            guard let door, case .enqueued = door.yield(work) else { return false }
            return true
        }
    }

    /// Works until the task is cancelled; what still waits then is left undone.
    func run(atOnce countMax: Int = 32, onReady: @Sendable () -> Void = {}) async {
        let (works, continuation) = AsyncStream.makeStream(of: Work.self, bufferingPolicy: .bufferingOldest(waitingMax))
        door.withLock { $0 = continuation }
        onReady()
        await withTaskGroup(of: Void.self) { group in
            var count = 0
            for await work in works {
                if count == countMax {
                    await group.next()
                    count -= 1
                }
                // Each for a subject of its own, so their order means nothing.
                group.addTask { await work() }
                count += 1
            }
            group.cancelAll()
        }
        door.withLock { $0 = nil }
    }
}
