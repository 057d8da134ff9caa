import Bus
import DequeModule

/// What this daemon has under way for one subject, and who waits for a place: a plain value that decides.
struct SlotEntry {
    static let waitingMax = 1024

    /// The most at once, as of the newest request.
    var limit = 0
    let holder: UUIDv7
    var waiting: Deque<Waiter<Bool>> = []
    var isAsking = false
    /// Under way here.
    private(set) var used = 0
    private(set) var isKnown = false
    private(set) var stamp: Int64?
    /// What the store has for this daemon, at least; it may be used without asking.
    private var reserved = 0
    /// Until when, by the machine's uptime.
    private var reservedUntil: Duration = .zero
    private var table = SlotTable()

    init(holder: UUIDv7) { self.holder = holder }

    // MARK: Without the store

    /// Whether one more gets a place, if that can be told from what is here.
    mutating func enter(at uptime: Duration) -> Bool? {
        if used >= limit { return false }
        guard used < reserved, uptime < reservedUntil else { return nil }
        used += 1
        return true
    }

    /// Whether one more gets a place while nobody else is asked.
    mutating func enterAlone() -> Bool {
        guard used < limit else { return false }
        used += 1
        return true
    }

    mutating func leave() { used = max(0, used - 1) }

    /// Whether the store believes something that is not so any more.
    var owesStore: Bool { used != reserved }

    var isIdle: Bool { used == 0 && reserved == 0 && waiting.isEmpty && !isAsking }

    /// Whether it has to be renewed from time to time.
    var isHeld: Bool { used > 0 || reserved > 0 }

    // MARK: With the store

    mutating func adopt(_ cell: LimitCells.Cell) {
        isKnown = true
        stamp = cell.stamp
        table = SlotTable(bytes: cell.bytes) ?? SlotTable()
    }

    mutating func doubt() { isKnown = false }

    struct Plan {
        let from: Int64?
        let stamp: Int64
        let table: SlotTable
        let moment: Range<Timestamp>
        let until: Timestamp
        fileprivate let count: Int
        fileprivate let isFull: Bool
        let isChange: Bool
    }

    /// Times count in whole seconds, so that a write does not have to guess the database's time exactly.
    private static let step: Int64 = 1_000_000_000

    /// Decides what to write if the time is `now`.
    mutating func plan(_ now: Timestamp, lease: Duration, isRenewal: Bool, stamp newStamp: Int64) -> Plan {
        let second = now.nanoseconds / SlotEntry.step
        let start = Timestamp(nanoseconds: second * SlotEntry.step)
        let end = Timestamp(nanoseconds: (second + 1) * SlotEntry.step)
        var next = table
        next.advance(to: start)
        let wanted = used + waiting.count
        // What is under way stays so, even if others have taken its place while the store was away.
        let count = max(used, min(wanted, limit - next.others(than: holder)))
        let until = end.advanced(by: lease)
        let isChange = count != next.count(of: holder) || isRenewal && count > 0
        if isChange { next.set(count, of: holder, until: until) }
        // Nobody may enter on what is given up with this write.
        reserved = min(reserved, count)
        return Plan(
            from: stamp,
            stamp: newStamp,
            table: next,
            moment: start..<end,
            until: until,
            count: count,
            isFull: count < wanted,
            isChange: isChange
        )
    }

    mutating func succeed(_ plan: Plan, now: Timestamp, sent: Duration) {
        table = plan.table
        stamp = plan.stamp
        isKnown = true
        reserved = plan.count
        reservedUntil = sent + now.duration(to: plan.until)
        admitWaiting()
        if plan.isFull { refuseAll() }
    }

    /// The store has it as planned already.
    mutating func confirm(_ plan: Plan, now: Timestamp, at uptime: Duration) {
        table = plan.table
        reserved = plan.count
        let until = table.holdings.first { $0.holder == holder }?.until ?? now
        reservedUntil = uptime + now.duration(to: until)
        admitWaiting()
        if plan.isFull { refuseAll() }
    }

    private mutating func admitWaiting() {
        while used < reserved, let waiter = waiting.popFirst() {
            if waiter.answer(true) { used += 1 }
        }
    }

    private mutating func refuseAll() {
        while let waiter = waiting.popFirst() { waiter.answer(false) }
    }

    /// Decides about everybody who waits without the store.
    ///
    /// - Returns: how many.
    mutating func settleAlone() -> Int {
        var count = 0
        while let waiter = waiting.popFirst() {
            let isIn = enterAlone()
            if waiter.answer(isIn) { count += 1 } else if isIn { leave() }
        }
        return count
    }
}
