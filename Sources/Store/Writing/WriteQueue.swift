import DequeModule
import Glibc
import Threading

/// The bounded queue between callers on the concurrency pool and the writer's thread.
///
/// First come, first served. It holds `limits.queuedMax` units, then as many waiting callers; beyond that it refuses.
final class WriteQueue: Sendable {
    struct Entry: Sendable {
        fileprivate let ticket: UInt64
        let unit: WriteUnit
        private let continuation: UnsafeContinuation<WriteOutcome, Never>

        fileprivate init(ticket: UInt64, unit: WriteUnit, continuation: UnsafeContinuation<WriteOutcome, Never>) {
            self.ticket = ticket
            self.unit = unit
            self.continuation = continuation
        }

        /// Tells the caller how it ended.
        ///
        /// To be called once.
        func finish(_ outcome: WriteOutcome) { continuation.resume(returning: outcome) }
    }

    private struct State {
        var entries: Deque<Entry> = []
        var sizeBytes = 0
        var lastTicket: UInt64 = 0
        var isWriterWaiting = false
        var isClosed = false
        var isNudged = false
        var refusedTotal: UInt64 = 0
    }

    private let limits: WriteLimits
    private let state = Mutex(State())
    private let wakeUp: WakeUp

    init(limits: WriteLimits) throws(ThreadError) {
        self.limits = limits
        wakeUp = try WakeUp()
    }

    // MARK: The callers' side

    /// Queues a unit and waits for its outcome.
    ///
    /// Cancellation takes the unit out if it can be withdrawn and the writer has not taken it yet; otherwise the outcome is
    /// awaited.
    func submit(_ unit: WriteUnit, canBeWithdrawn: Bool = true) async -> WriteOutcome {
        guard unit.sizeBytes <= limits.unitSizeBytesMax else { return .failed(StoreError(.tooLarge, "batch")) }
        let ticket = state.withLock { state -> UInt64 in
            state.lastTicket += 1
            return state.lastTicket
        }
        guard canBeWithdrawn else {
            return await withUnsafeContinuation { continuation in
                enqueue(Entry(ticket: ticket, unit: unit, continuation: continuation), evenIfCancelled: true)
            }
        }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                enqueue(Entry(ticket: ticket, unit: unit, continuation: continuation), evenIfCancelled: false)
            }
        } onCancel: {
            withdraw(ticket)
        }
    }

    private func enqueue(_ entry: Entry, evenIfCancelled: Bool) {
        let refusal = state.withLock { state -> StoreError.Code? in
            // The cancellation handler may have run before the entry was there to be withdrawn.
            if !evenIfCancelled, Task.isCancelled { return .cancelled }
            if state.isClosed { return .closed }
            guard state.entries.count < limits.queuedMax + limits.waitingMax,
                state.sizeBytes + entry.unit.sizeBytes <= limits.sizeBytesMax
            else {
                state.refusedTotal += 1
                return .busy
            }
            state.entries.append(entry)
            state.sizeBytes += entry.unit.sizeBytes
            if state.isWriterWaiting {
                state.isWriterWaiting = false
                wakeUp.signal()
            }
            return nil
        }
        if let refusal { entry.finish(.failed(StoreError(refusal))) }
    }

    private func withdraw(_ ticket: UInt64) {
        let entry = state.withLock { state -> Entry? in
            guard let index = state.entries.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            let entry = state.entries.remove(at: index)
            state.sizeBytes -= entry.unit.sizeBytes
            return entry
        }
        entry?.finish(.failed(StoreError(.cancelled)))
    }

    /// Refuses everything from now on; what is queued is still written.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    /// Makes the writer look around, as if its interval were over.
    func nudge() {
        state.withLock { $0.isNudged = true }
        wakeUp.signal()
    }

    var statistics: (depth: Int, sizeBytes: Int, refused: UInt64) {
        state.withLock { ($0.entries.count, $0.sizeBytes, $0.refusedTotal) }
    }

    // MARK: The writer's side

    /// Waits for units and takes as many as fit one transaction, replacing what `group` held.
    ///
    /// - Parameters:
    ///   - group: the units; empty after a nudge, or when the interval passed without any.
    ///   - interval: the longest wait; `nil` for no end.
    /// - Returns: `false` once the queue is closed and empty.
    func next(_ group: inout [Entry], within interval: Duration? = nil) -> Bool {
        group.removeAll(keepingCapacity: true)
        let deadline = interval.map { ContinuousClock.now + $0 }
        while true {
            let (taken, isClosed, isNudged) = state.withLock { state in take(from: &state) }
            group.append(contentsOf: taken)
            if !group.isEmpty { return true }
            if isClosed { return false }
            let left = deadline.map { ContinuousClock.now.duration(to: $0) }
            if let left, left <= .zero { return true }
            if isNudged { return true }
            waitForSignal(left)
        }
    }

    private func take(from state: inout State) -> (entries: [Entry], isClosed: Bool, isNudged: Bool) {
        var taken: [Entry] = []
        var eventCount = 0
        var sizeBytes = 0
        while let entry = state.entries.first {
            eventCount += entry.unit.eventCount
            sizeBytes += entry.unit.sizeBytes
            let fits = eventCount <= limits.groupEventsMax && sizeBytes <= limits.groupSizeBytesMax
            guard taken.isEmpty || fits else { break }
            taken.append(entry)
            state.entries.removeFirst()
            state.sizeBytes -= entry.unit.sizeBytes
        }
        if taken.isEmpty { state.isWriterWaiting = !state.isClosed }
        defer { state.isNudged = false }
        return (taken, state.isClosed, state.isNudged)
    }

    private func waitForSignal(_ longest: Duration?) {
        var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        // An interrupted wait is like a signal: the caller looks at the queue again.
        _ = poll(&descriptor, 1, longest.map { Int32($0 / .milliseconds(1)) + 1 } ?? -1)
        wakeUp.drain()
    }
}

/// The bounds of the queue of writes and of one transaction.
package struct WriteLimits: Hashable, Sendable {
    /// Units queued before callers count as waiting.
    package var queuedMax = 4096
    /// Callers that may wait beyond that; the next one gets `.busy`.
    package var waitingMax = 4096
    /// What all queued units may hold in memory.
    package var sizeBytesMax = 64 * 1024 * 1024
    /// The largest single unit.
    package var unitSizeBytesMax = 16 * 1024 * 1024
    /// Events in one transaction: more would make the first of them wait longer.
    package var groupEventsMax = 4096
    package var groupSizeBytesMax = 4 * 1024 * 1024

    package init() {}
}
