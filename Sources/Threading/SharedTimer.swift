import Glibc

/// A clock whose sleepers share one thread, for thousands of waits of which nearly all are cancelled.
///
/// The runtime's own timers wake their thread to be set, and again to be taken back. Here both only touch a table, unless
/// somebody is to be woken before everybody else. Sleepers wake up to 5 ms late.
public final class SharedTimer: Clock {
    public typealias Instant = ContinuousClock.Instant

    private let table: SleeperTable

    /// Starts the thread, which ends when the timer is gone.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    public init() throws(ThreadError) {
        let table = try SleeperTable()
        self.table = table
        _ = try OSThread(name: "timer") { table.run() }
    }

    deinit { table.close() }

    public var now: Instant { .now }
    public var minimumResolution: Duration { .milliseconds(SleeperTable.slotMilliseconds) }

    /// How many sleep.
    public var sleeperCount: Int { table.count }

    /// - Throws: `CancellationError` when the sleeping task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = table.nextID()
        let isOver = await withTaskCancellationHandler {
            await withUnsafeContinuation { table.add($0, id, until: deadline) }
        } onCancel: {
            table.cancel(id)
        }
        if Task.isCancelled { table.forget(id) }
        guard isOver else { throw CancellationError() }
    }
}

/// Who sleeps until when, and the thread that wakes them.
private final class SleeperTable: Sendable {
    /// Resumed with whether the time has come.
    typealias Sleeper = UnsafeContinuation<Bool, Never>

    static let slotMilliseconds: Int64 = 5
    private static let sleepMaxMilliseconds: Int64 = 60_000

    private let start = ContinuousClock.now
    private let state = Mutex(SleeperSlots<Sleeper>())
    private let wakeUp: WakeUp

    init() throws(ThreadError) { wakeUp = try WakeUp() }

    var count: Int { state.withLock { $0.count } }

    func nextID() -> UInt64 { state.withLock { $0.nextID() } }

    func add(_ sleeper: Sleeper, _ id: UInt64, until deadline: ContinuousClock.Instant) {
        let slot = slot(of: deadline, rounding: .up)
        switch state.withLock({ $0.add(sleeper, id, slot) }) {
        case .isFirst: wakeUp.signal()
        case .isCancelled: sleeper.resume(returning: false)
        case .isLater: break
        }
    }

    func cancel(_ id: UInt64) { state.withLock { $0.cancel(id) }?.resume(returning: false) }

    func forget(_ id: UInt64) { state.withLock { $0.forget(id) } }

    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    /// The thread's life.
    ///
    /// Whoever sleeps keeps the timer, so nobody does when it ends.
    func run() {
        while true {
            let now = slot(of: .now, rounding: .down)
            let (due, next, isClosed) = state.withLock { ($0.takeDue(at: now), $0.first, $0.isClosed) }
            for sleeper in due { sleeper.resume(returning: true) }
            if isClosed { return }
            let most = SleeperTable.sleepMaxMilliseconds
            let milliseconds = next.map { max(1, min(($0 - now) * SleeperTable.slotMilliseconds, most)) } ?? most
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&descriptor, 1, Int32(milliseconds)) > 0 { wakeUp.drain() }
        }
    }

    private func slot(of moment: ContinuousClock.Instant, rounding: FloatingPointRoundingRule) -> Int64 {
        let passed = start.duration(to: moment) / .milliseconds(SleeperTable.slotMilliseconds)
        // Nobody waits for centuries.
        return Int64(min(passed, 1e12).rounded(rounding))
    }
}

/// Sleepers by the slot of time in which they are to be woken.
private struct SleeperSlots<Sleeper> {
    enum Addition { case isFirst, isLater, isCancelled }

    private var sleepers: [Int64: [UInt64: Sleeper]] = [:]
    /// The slots that have some, the next one first.
    private var order: [Int64] = []
    private var slotOf: [UInt64: Int64] = [:]
    /// Cancelled while they did not sleep.
    private var cancelled: Set<UInt64> = []
    private var lastID: UInt64 = 0
    var isClosed = false

    var count: Int { slotOf.count }
    var first: Int64? { order.first }

    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    mutating func add(_ sleeper: Sleeper, _ id: UInt64, _ slot: Int64) -> Addition {
        guard cancelled.remove(id) == nil else { return .isCancelled }
        slotOf[id] = slot
        if sleepers[slot] == nil { order.insert(slot, at: place(of: slot)) }
        sleepers[slot, default: [:]][id] = sleeper
        return order.first == slot ? .isFirst : .isLater
    }

    /// - Returns: who is to be woken, if he sleeps.
    mutating func cancel(_ id: UInt64) -> Sleeper? {
        guard let slot = slotOf.removeValue(forKey: id) else {
            cancelled.insert(id)
            return nil
        }
        let sleeper = sleepers[slot]?.removeValue(forKey: id)
        if sleepers[slot]?.isEmpty ?? false {
            sleepers[slot] = nil
            order.remove(at: place(of: slot))
        }
        return sleeper
    }

    /// Forgets what was cancelled after its time had come.
    mutating func forget(_ id: UInt64) { cancelled.remove(id) }

    mutating func takeDue(at now: Int64) -> [Sleeper] {
        let due = order.prefix { $0 <= now }
        order.removeFirst(due.count)
        return due.flatMap { slot in
            let woken = sleepers.removeValue(forKey: slot) ?? [:]
            for id in woken.keys { slotOf[id] = nil }
            return woken.values
        }
    }

    /// Where a slot is, or belongs.
    private func place(of slot: Int64) -> Int {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
