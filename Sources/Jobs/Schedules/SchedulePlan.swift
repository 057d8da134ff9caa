package import Bus

/// What is to be done about one schedule at a moment: a plain value.
///
/// What is due is worked out from the definition of now: a time that was stored by an older definition, or by older
/// rules of a time zone, and is none of its times is passed over.
package struct SchedulePlan: Hashable, Sendable {
    /// A time that is looked at no later than this is on time; a later one was missed.
    package static let punctuality = Duration.seconds(30)

    /// The times to run, in order.
    package private(set) var fires: [Timestamp] = []
    /// Times that are lost, because of the catch-up rule.
    package private(set) var missed = 0
    /// Times that are lost, because of the overlap rule.
    package private(set) var overlapping = 0
    /// The next time to look at.
    package let nextAt: Timestamp?

    /// Counts of lost times stop here.
    package static let lostCountMax = 1000

    /// - Parameters:
    ///   - schedule: as it stands.
    ///   - times: those of its definition.
    ///   - unfinished: how many of its runs have not finished.
    ///   - now: by the database's clock.
    package init(_ schedule: Schedule, times: ScheduleTimes, unfinished: Int, now: Timestamp) {
        guard schedule.pausedAt == nil, let first = schedule.nextAt, first <= now else {
            nextAt = schedule.nextAt
            return
        }
        nextAt = times.next(after: now)
        guard let newest = times.last(within: first...now) else { return }
        let due = Self.caughtUp(schedule.definition.catchUp, times, from: first, newest: newest, now: now)
        missed = Self.count(times.within(first...newest)) - min(due.count, Self.lostCountMax)
        fires = Self.fitting(due, schedule.definition.overlap, unfinished: unfinished)
        overlapping = due.count - fires.count
    }

    private static func caughtUp(
        _ policy: CatchUpPolicy,
        _ times: ScheduleTimes,
        from first: Timestamp,
        newest: Timestamp,
        now: Timestamp
    ) -> [Timestamp] {
        let isPunctual = newest.duration(to: now) <= punctuality
        switch policy {
        case .skip: return isPunctual ? [newest] : []
        case .once: return [newest]
        case .all(let window, let countMax):
            let start = max(first, now.advanced(by: window * -1))
            guard start <= newest else { return isPunctual ? [newest] : [] }
            return times.within(start...newest).suffix(max(1, countMax))
        }
    }

    private static func fitting(_ due: [Timestamp], _ policy: OverlapPolicy, unfinished: Int) -> [Timestamp] {
        guard unfinished > 0 else { return due }
        switch policy {
        case .skip: return []
        case .queueOne: return unfinished == 1 ? due.suffix(1) : []
        case .allow: return due
        }
    }

    private static func count(_ times: some Sequence<Timestamp>) -> Int {
        times.prefix(lostCountMax).reduce(0) { count, _ in count + 1 }
    }
}
