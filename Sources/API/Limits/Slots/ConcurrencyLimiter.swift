package import Bus
import DequeModule
package import Store
import Threading

/// Limits how much each subject may have under way at once, over all daemons of one store.
///
/// Each daemon tells the store how many it has and renews that; what a dead one had is free again when its lease is
/// over. An engine that only one daemon can have open is not asked at all: what a crash forgets has ended with it.
package final class ConcurrencyLimiter: Sendable {
    fileprivate struct Key: Hashable {
        let subject: String
        let name: String

        var cell: String { "slots \(subject) \(name)" }
    }

    fileprivate struct State {
        var entries: [Key: SlotEntry] = [:]
        var outage = StoreOutage()
        var time: DatabaseTime
        var statistics = LimitStatistics()
    }

    private enum Beginning {
        case decided(Bool)
        case wait(Waiter<Bool>, mustAsk: Bool)
    }

    private let cells: LimitCells?
    private let clock: LimitClock
    private let settings: LimiterSettings
    private let holder: UUIDv7
    private let worker = StoreWorker()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - store: shared with other daemons if its dialect is PostgreSQL's.
    ///   - holder: this process; fresh unless a test says otherwise.
    ///   - clock: the times.
    ///   - settings: how patient it is.
    package init(
        store: any StatementRunner,
        holder: UUIDv7 = ConcurrencyLimiter.freshHolder(),
        clock: LimitClock = .system,
        settings: LimiterSettings = LimiterSettings()
    ) {
        cells = store.dialect == .postgres ? LimitCells(store: store) : nil
        self.holder = holder
        self.clock = clock
        self.settings = settings
        state = Mutex(State(time: DatabaseTime(clock)))
    }

    package static func freshHolder() -> UUIDv7 {
        var generator = UUIDv7Generator()
        return generator.next(at: .now)
    }

    package var statistics: LimitStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.subjects = state.entries.count
            statistics.isStoreAway = state.outage.isAway
            return statistics
        }
    }

    // MARK: Requests

    /// Takes a place for one request.
    ///
    /// - Parameters:
    ///   - subject: whose request it is.
    ///   - name: what is limited; of a closed set.
    ///   - limit: the most at once.
    /// - Returns: the place, to be left when the request is over; `nil` when all are taken.
    package func enter(_ subject: LimitSubject, _ name: String, limit: Int) async -> ConcurrencySlot? {
        let key = Key(subject: subject.text, name: name)
        switch begin(key, limit) {
        case .decided(let isIn): return isIn ? slot(key) : nil
        case .wait(let waiter, let mustAsk):
            if mustAsk, !worker.submit({ await self.ask(key, isRenewal: false) }) { settleAlone(key) }
            if let isIn = await waiter.value(within: settings.patience, on: clock.patience) {
                return isIn ? slot(key) : nil
            }
            guard !Task.isCancelled else { return nil }
            return giveUp(key) ? slot(key) : nil
        }
    }

    private func slot(_ key: Key) -> ConcurrencySlot { ConcurrencySlot { [weak self] in self?.leave(key) } }

    private func begin(_ key: Key, _ limit: Int) -> Beginning {
        let uptime = clock.uptime()
        return state.withLock { state in
            state.update(key, holder) { entry, outage, statistics in
                entry.limit = limit
                if let isIn = entry.enter(at: uptime) { return .decided(isIn) }
                guard cells != nil else { return .decided(entry.enterAlone()) }
                if outage.isAway, entry.isAsking || !outage.mayAsk(at: uptime) {
                    statistics.localVerdicts += 1
                    return .decided(entry.enterAlone())
                }
                guard entry.waiting.count < SlotEntry.waitingMax else { return .decided(false) }
                let waiter = Waiter<Bool>()
                entry.waiting.append(waiter)
                defer { entry.isAsking = true }
                return .wait(waiter, mustAsk: !entry.isAsking)
            }
        }
    }

    private func giveUp(_ key: Key) -> Bool {
        let uptime = clock.uptime()
        return state.withLock { state in
            state.outage.noteFailure(at: uptime)
            state.statistics.failures += 1
            return state.update(key, holder) { entry, _, statistics in
                statistics.localVerdicts += 1
                return entry.enterAlone()
            }
        }
    }

    private func leave(_ key: Key) {
        let mustAsk = state.withLock { state in
            state.update(key, holder) { entry, outage, _ in
                entry.leave()
                guard cells != nil, entry.owesStore, !entry.isAsking, !outage.isAway else { return false }
                entry.isAsking = true
                return true
            }
        }
        if mustAsk, !worker.submit({ await self.ask(key, isRenewal: false) }) { settleAlone(key) }
    }

    private func settleAlone(_ key: Key) {
        state.withLock { state in
            state.update(key, holder) { entry, _, statistics in
                entry.isAsking = false
                statistics.localVerdicts += UInt64(entry.settleAlone())
            }
        }
    }

    // MARK: The store

    private func ask(_ key: Key, isRenewal: Bool) async {
        guard let cells else { return }
        do throws(StoreError) {
            var isRenewal = isRenewal
            repeat {
                try await askOnce(key, cells, isRenewal: isRenewal)
                isRenewal = false
            } while hasReason(key)
        } catch {
            let uptime = clock.uptime()
            state.withLock { state in
                state.entries[key]?.doubt()
                guard error.disposition != .stop else { return }
                state.outage.noteFailure(at: uptime)
                state.statistics.failures += 1
            }
            settleAlone(key)
        }
    }

    private func hasReason(_ key: Key) -> Bool {
        state.withLock { state in
            state.update(key, holder) { entry, _, _ in
                let hasReason = !entry.waiting.isEmpty || entry.owesStore
                if !hasReason { entry.isAsking = false }
                return hasReason
            }
        }
    }

    private func askOnce(_ key: Key, _ cells: LimitCells, isRenewal: Bool) async throws(StoreError) {
        for _ in 0..<LimitCells.attemptsMax {
            let isFresh = try await learn(key, cells)
            let uptime = clock.uptime()
            let plan = state.withLock { state in
                let now = state.time.guess(at: uptime)
                return state.update(key, holder) { entry, _, _ in
                    entry.plan(
                        now,
                        lease: settings.slotLease,
                        isRenewal: isRenewal,
                        stamp: .random(in: .min ... .max)
                    )
                }
            }
            if plan.isChange {
                if try await write(plan, key, cells) { return }
            } else if isFresh {
                return confirm(plan, key)
            } else {
                state.withLock { state in state.update(key, holder) { entry, _, _ in entry.doubt() } }
            }
        }
        throw StoreError(.busy, "limit_state")
    }

    private func confirm(_ plan: SlotEntry.Plan, _ key: Key) {
        let uptime = clock.uptime()
        state.withLock { state in
            let now = state.time.guess(at: uptime)
            state.update(key, holder) { entry, _, _ in entry.confirm(plan, now: now, at: uptime) }
        }
    }

    private func learn(_ key: Key, _ cells: LimitCells) async throws(StoreError) -> Bool {
        let isKnown = state.withLock { $0.entries[key]?.isKnown ?? false }
        guard !isKnown else { return false }
        let cell = try await cells.read(key.cell)
        let uptime = clock.uptime()
        state.withLock { state in
            state.statistics.reads += 1
            state.outage.noteAnswer()
            state.time.note(cell.readAt, at: uptime)
            state.update(key, holder) { entry, _, _ in entry.adopt(cell) }
        }
        return true
    }

    private func write(_ plan: SlotEntry.Plan, _ key: Key, _ cells: LimitCells) async throws(StoreError) -> Bool {
        let sent = clock.uptime()
        let change = LimitCells.Change(
            key: key.cell,
            from: plan.from,
            stamp: plan.stamp,
            bytes: plan.table.bytes,
            expiresAt: plan.table.lastEnd ?? plan.moment.upperBound,
            moment: plan.moment
        )
        let now = try await cells.write(change)
        let answered = clock.uptime()
        state.withLock { state in
            state.statistics.writes += 1
            if let now {
                state.outage.noteAnswer()
                state.time.note(now, at: answered)
            } else {
                state.statistics.collisions += 1
            }
            state.update(key, holder) { entry, _, _ in
                guard let now else { return entry.doubt() }
                entry.succeed(plan, now: now, sent: sent)
            }
        }
        return now != nil
    }

    // MARK: Life

    /// Carries out what requests ask of the store, and renews what is under way; until the task is cancelled.
    ///
    /// - Parameter onReady: called once requests can be carried out.
    package func run(onReady: @escaping @Sendable () -> Void = {}) async {
        await withTaskGroup(of: Void.self) { group in
            // Beside each other: the leases' clock goes on while the store is asked.
            group.addTask { await self.worker.run(onReady: onReady) }
            group.addTask { await self.renew() }
        }
        let keys = state.withLock { state in state.entries.filter { $0.value.isAsking }.map(\.key) }
        for key in keys { settleAlone(key) }
    }

    /// Finds out whether a store that was away is back, should nobody ask for anything.
    package func probe() async {
        let uptime = clock.uptime()
        guard let cells, state.withLock({ $0.outage.isAway && $0.outage.mayAsk(at: uptime) }) else { return }
        do throws(StoreError) {
            _ = try await cells.readTime()
            state.withLock { $0.outage.noteAnswer() }
        } catch {
            let answered = clock.uptime()
            state.withLock { state in
                state.outage.noteFailure(at: answered)
                state.statistics.failures += 1
            }
        }
    }

    private func renew() async {
        guard cells != nil else { return }
        while (try? await clock.patience.sleep(for: settings.slotLease / 3)) != nil {
            let keys = state.withLock { state in
                state.entries = state.entries.filter { !$0.value.isIdle }
                let due = state.entries.filter { $0.value.isHeld && !$0.value.isAsking }.map(\.key)
                for key in due { state.entries[key]?.isAsking = true }
                return due
            }
            for key in keys where !worker.submit({ await self.ask(key, isRenewal: true) }) { settleAlone(key) }
            await probe()
        }
    }
}

extension ConcurrencyLimiter.State {
    @discardableResult
    fileprivate mutating func update<Value>(
        _ key: ConcurrencyLimiter.Key,
        _ holder: UUIDv7,
        _ body: (inout SlotEntry, inout StoreOutage, inout LimitStatistics) -> Value
    ) -> Value {
        let value = body(&entries[key, default: SlotEntry(holder: holder)], &outage, &statistics)
        if entries[key]?.isIdle ?? false { entries[key] = nil }
        return value
    }
}
