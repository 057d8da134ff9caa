import Bus
import DequeModule

/// What is known here of one subject under its rules, and who waits for more: a plain value that decides.
///
/// The store's cell counts; what is here is what it was when last seen. Ahead of use it is made to count a few more than
/// have been asked for: those are the lease. They count as of the bucket they were taken in, so a lease ends with it.
struct RateEntry {
    /// Units that are counted in the store and may be spent here.
    private struct Lease {
        /// Where they count, under each rule.
        let buckets: [Int64]
        var left: Int
        /// By the machine's uptime.
        let until: Duration
    }

    private struct Leftover {
        let buckets: [Int64]
        let count: Int
    }

    private struct Refusal {
        let verdict: LimitVerdict
        /// By the database's time; `nil` for never.
        let opens: Timestamp?
        /// Until when it is told again without asking.
        let until: Duration
    }

    /// A refusal is checked again after so long: others may have given something back.
    static let refusalKept: Duration = .seconds(5)
    /// Requests of one subject that wait for the store.
    static let waitingMax = 8192

    let rules: [LimitRule]
    var waiting: Deque<Waiter<LimitVerdict>> = []
    /// Whether somebody asks the store for this subject just now.
    var isAsking = false
    var lastUsed: Duration = .zero
    /// Whether the cell has been read, and not been in doubt since.
    private(set) var isKnown = false
    private(set) var stamp: Int64?
    private var windows: RuleWindows
    private var lease: Lease?
    private var leftovers: [Leftover] = []
    private var refusal: Refusal?
    /// How much more than needed is taken, at most.
    private var lot = 0
    private var lastMoment: Range<Timestamp>?
    /// Admitted without the store, and not counted there yet.
    private var owed: RuleWindows?
    /// Whether the times of that are only guessed, because the store has never told its own.
    private var isOwedGuessed = false
    /// What a write was to count of it whose outcome is not known, and the stamp it would have left.
    private var unsure: (owed: RuleWindows?, stamp: Int64)?

    init(_ rules: [LimitRule]) {
        self.rules = rules
        windows = RuleWindows(rules)
    }

    // MARK: Without the store

    /// The verdict, if it can be told from what is here.
    mutating func verdict(at uptime: Duration, _ now: Timestamp) -> LimitVerdict? {
        if let left = lease?.left, left > 0, let until = lease?.until, uptime < until {
            lease?.left = left - 1
            return windows.admission(at: now, unused: left - 1)
        }
        guard let refusal, uptime < refusal.until else { return nil }
        return refusal.opens.map { refusal.verdict.waiting(now.duration(to: $0)) } ?? refusal.verdict
    }

    /// The verdict while the store does not answer: by what was known of it and what has been admitted here since.
    ///
    /// - Parameters:
    ///   - now: the database's time.
    ///   - isGuess: whether that has never been heard of.
    /// - Returns: the verdict.
    mutating func localVerdict(_ now: Timestamp, isGuess: Bool) -> LimitVerdict {
        var all = windows
        if let owed { all.merge(owed) }
        if let owed = unsure?.owed { all.merge(owed) }
        all.advance(to: now)
        guard all.room > 0 else { return all.refusal(at: now).madeLocally() }
        all.take(1, at: now)
        var counted = owed ?? RuleWindows(rules)
        counted.advance(to: now)
        counted.take(1, at: now)
        owed = counted
        if isGuess { isOwedGuessed = true }
        return all.admission(at: now).madeLocally()
    }

    /// Whether the store should hear of something although nobody waits.
    func owesStore(at uptime: Duration) -> Bool {
        if owed != nil || unsure != nil || !leftovers.isEmpty { return true }
        return lease.map { $0.left > 0 && uptime >= $0.until } ?? false
    }

    /// Whether there may be something to tell the store, now or later.
    var mayOweStore: Bool { owed != nil || unsure != nil || !leftovers.isEmpty || (lease?.left ?? 0) > 0 }

    // MARK: With the store

    mutating func adopt(_ cell: LimitCells.Cell) {
        isKnown = true
        stamp = cell.stamp
        // A state that is not this program's counts as none: it must not lock anybody out for ever.
        windows = RuleWindows(rules, bytes: cell.bytes) ?? RuleWindows(rules)
        guard let doubt = unsure else { return }
        unsure = nil
        if doubt.stamp != cell.stamp { owe(doubt.owed) }
    }

    private mutating func owe(_ more: RuleWindows?) {
        guard let more else { return }
        var sum = owed ?? RuleWindows(rules)
        sum.merge(more)
        owed = sum
    }

    /// What is to be written, and what it will mean.
    struct Plan {
        let from: Int64?
        let stamp: Int64
        let windows: RuleWindows
        let moment: Range<Timestamp>
        fileprivate let wanted: Int
        fileprivate let granted: Int
        fileprivate let extra: Int
        fileprivate let buckets: [Int64]
        fileprivate let owed: RuleWindows?
        let isChange: Bool
    }

    /// Decides what to write if the time is `now`; one of `succeed`, `collide` and `fail` has to follow.
    mutating func plan(_ now: Timestamp, stamp newStamp: Int64) -> Plan {
        // Whatever is still leased is given back with this write, so it cannot be spent meanwhile.
        if let lease, lease.left > 0 { leftovers.append(Leftover(buckets: lease.buckets, count: lease.left)) }
        lease = nil
        var next = windows
        for leftover in leftovers { next.giveBack(leftover.count, in: leftover.buckets) }
        if isOwedGuessed { owed = owed?.gathered(at: now) }
        isOwedGuessed = false
        if let owed { next.merge(owed) }
        next.advance(to: now)
        let (wanted, room) = (waiting.count, next.room)
        let granted = min(wanted, room)
        adjustLot(now)
        let extra = granted < wanted || wanted == 0 ? 0 : min(lot, (room - granted) / 4)
        next.take(granted + extra, at: now)
        defer { owed = nil }
        return Plan(
            from: stamp,
            stamp: newStamp,
            windows: next,
            moment: next.moment(around: now),
            wanted: wanted,
            granted: granted,
            extra: extra,
            buckets: next.buckets(at: now),
            owed: owed,
            isChange: granted + extra > 0 || !leftovers.isEmpty || owed != nil
        )
    }

    /// Asked again within one bucket, a lease may be twice as large; otherwise half.
    private mutating func adjustLot(_ now: Timestamp) {
        let isSoon = lastMoment.map { $0.contains(now) } ?? false
        lot = isSoon ? min(max(1, lot * 2), windows.leaseMax) : lot / 2
    }

    /// The write has taken effect: everybody who waits gets what there is.
    ///
    /// - Parameters:
    ///   - plan: what was written.
    ///   - now: the database's time.
    ///   - sent: the uptime when it was sent.
    ///   - answered: the uptime when its answer came.
    mutating func succeed(_ plan: Plan, now: Timestamp, sent: Duration, answered: Duration) {
        windows = plan.windows
        stamp = plan.stamp
        isKnown = true
        leftovers = []
        refusal = nil
        lastMoment = plan.moment
        var units = plan.granted + plan.extra
        while units > 0, let waiter = waiting.popFirst() {
            // One that has given up leaves its unit to the next.
            if waiter.answer(windows.admission(at: now, unused: units - 1)) { units -= 1 }
        }
        if units > 0 {
            // The answer was made after it was sent, so the bucket ends at that distance from there, or later.
            let until = sent + max(.zero, now.duration(to: plan.moment.upperBound))
            lease = Lease(buckets: plan.buckets, left: units, until: until)
        } else if plan.granted < plan.wanted {
            refuseAll(now, at: answered)
        }
    }

    /// Somebody else was first, or the time was another: nothing has been written.
    mutating func collide(_ plan: Plan) {
        isKnown = false
        owe(plan.owed)
    }

    /// Nobody knows whether it has been written.
    ///
    /// What was to be given back stays counted.
    mutating func fail(_ plan: Plan) {
        isKnown = false
        leftovers = []
        unsure = (plan.owed, plan.stamp)
    }

    /// What is known of the cell may be old.
    mutating func doubt() { isKnown = false }

    /// Tells everybody who waits that there is no room, and remembers it; does nothing if there is some.
    mutating func refuseAll(_ now: Timestamp, at uptime: Duration) {
        windows.advance(to: now)
        guard windows.room == 0 else { return }
        let (verdict, opens) = (windows.refusal(at: now), windows.opens)
        let wait = opens.map { now.duration(to: $0) } ?? RateEntry.refusalKept
        refusal = Refusal(
            verdict: verdict,
            opens: opens,
            until: uptime + min(max(.zero, wait), RateEntry.refusalKept)
        )
        while let waiter = waiting.popFirst() { waiter.answer(verdict) }
    }

    /// Tells everybody who waits by what is known here.
    ///
    /// - Returns: how many.
    mutating func settleLocally(_ now: Timestamp, isGuess: Bool) -> Int {
        var count = 0
        while let waiter = waiting.popFirst() {
            // Whoever has given up has been told already, and is counted.
            guard waiter.isWaiting else { continue }
            if waiter.answer(localVerdict(now, isGuess: isGuess)) { count += 1 }
        }
        return count
    }

    /// What is told when too many wait already.
    func crowded(_ now: Timestamp) -> LimitVerdict { windows.refusal(at: now).waiting(.seconds(1)).madeLocally() }
}
