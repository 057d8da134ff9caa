import Bus
import DequeModule
package import Store
import Threading

/// Limits how much each subject may ask for, over all daemons of one store, and over restarts.
///
/// The store counts. A subject that asks a lot gets a few units ahead of use, so that not every request goes there; one
/// that is refused is refused here until it is worth asking again. Requests never wait long for the store: when it does
/// not answer, limits are kept by what is known here, and the store is told later.
package final class RateLimiter: Sendable {
    fileprivate struct Key: Hashable {
        let subject: String
        let rules: [LimitRule]

        /// What its cell is called.
        var cell: String { "rate \(subject) \(rules.map(\.name).joined(separator: "+"))" }
    }

    fileprivate struct State {
        var entries: [Key: RateEntry] = [:]
        /// Those that may have something to tell the store.
        var owing: Set<Key> = []
        var outage = StoreOutage()
        var time: DatabaseTime
        var statistics = LimitStatistics()
    }

    private enum Beginning {
        case verdict(LimitVerdict)
        case wait(Waiter<LimitVerdict>, mustAsk: Bool)
    }

    private let cells: LimitCells
    private let clock: LimitClock
    private let settings: LimiterSettings
    private let worker = StoreWorker()
    private let state: Mutex<State>

    package init(store: any StatementRunner, clock: LimitClock = .system, settings: LimiterSettings = LimiterSettings())
    {
        cells = LimitCells(store: store)
        self.clock = clock
        self.settings = settings
        state = Mutex(State(time: DatabaseTime(clock)))
    }

    /// What it has done, and whether the store answers.
    package var statistics: LimitStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.subjects = state.entries.count
            statistics.isStoreAway = state.outage.isAway
            return statistics
        }
    }

    // MARK: Requests

    /// Decides about one request; one that is admitted is counted under every rule, one that is refused under none.
    ///
    /// Waits for the store at times, and never longer than the settings' patience.
    /// - Parameters:
    ///   - subject: whose request it is.
    ///   - rules: none admits everything. A set of rules has a set of names of its own.
    /// - Returns: the verdict, about the tightest of the rules.
    package func admit(_ subject: LimitSubject, _ rules: [LimitRule]) async -> LimitVerdict {
        guard !rules.isEmpty else { return .unlimited }
        let key = Key(subject: subject.text, rules: rules)
        switch begin(key) {
        case .verdict(let verdict): return verdict
        case .wait(let waiter, let mustAsk):
            if mustAsk, !worker.submit({ await self.ask(key) }) { settleLocally(key) }
            if let verdict = await waiter.value(within: settings.patience, on: clock.patience) { return verdict }
            return giveUp(key, isCancelled: Task.isCancelled)
        }
    }

    private func begin(_ key: Key) -> Beginning {
        let uptime = clock.uptime()
        return state.withLock { state in
            let (now, isGuess) = (state.time.guess(at: uptime), !state.time.isKnown)
            if state.entries.count >= settings.subjectsMax, state.entries[key] == nil { evict(from: &state) }
            return state.update(key) { entry, outage, statistics in
                entry.lastUsed = uptime
                if let verdict = entry.verdict(at: uptime, now) { return .verdict(verdict) }
                // While the store is away one finds out whether it is back, and the others do not wait for that one.
                if outage.isAway, entry.isAsking || !outage.mayAsk(at: uptime) {
                    statistics.localVerdicts += 1
                    return .verdict(entry.localVerdict(now, isGuess: isGuess))
                }
                guard entry.waiting.count < RateEntry.waitingMax else {
                    statistics.localVerdicts += 1
                    return .verdict(entry.crowded(now))
                }
                let waiter = Waiter<LimitVerdict>()
                entry.waiting.append(waiter)
                defer { entry.isAsking = true }
                return .wait(waiter, mustAsk: !entry.isAsking)
            }
        }
    }

    /// The request has waited as long as it wants to, or its caller has gone.
    private func giveUp(_ key: Key, isCancelled: Bool) -> LimitVerdict {
        let uptime = clock.uptime()
        return state.withLock { state in
            let (now, isGuess) = (state.time.guess(at: uptime), !state.time.isKnown)
            if !isCancelled {
                state.outage.noteFailure(at: uptime)
                state.statistics.failures += 1
            }
            return state.update(key) { entry, _, statistics in
                // Nobody hears this: nothing is counted for it.
                guard !isCancelled else { return entry.crowded(now) }
                statistics.localVerdicts += 1
                return entry.localVerdict(now, isGuess: isGuess)
            }
        }
    }

    private func settleLocally(_ key: Key) {
        let uptime = clock.uptime()
        state.withLock { state in
            let (now, isGuess) = (state.time.guess(at: uptime), !state.time.isKnown)
            state.update(key) { entry, _, statistics in
                entry.isAsking = false
                statistics.localVerdicts += UInt64(entry.settleLocally(now, isGuess: isGuess))
            }
        }
    }

    /// Forgets the subjects that have not asked for longest; what the store has of them stays.
    private func evict(from state: inout sending State) {
        let idle = state.entries.filter { !$0.value.isAsking && $0.value.waiting.isEmpty }
        let oldest = idle.sorted { $0.value.lastUsed < $1.value.lastUsed }.prefix(max(1, settings.subjectsMax / 8))
        for (key, _) in oldest {
            state.entries[key] = nil
            state.owing.remove(key)
        }
        state.statistics.evicted += UInt64(oldest.count)
    }

    // MARK: The store

    /// Asks the store for a subject until nobody waits any more.
    private func ask(_ key: Key) async {
        do throws(StoreError) {
            while hasReason(key) { try await askOnce(key) }
        } catch {
            let uptime = clock.uptime()
            state.withLock { state in
                guard error.disposition != .stop else { return }
                state.outage.noteFailure(at: uptime)
                state.statistics.failures += 1
            }
            settleLocally(key)
        }
    }

    /// Whether there is something to ask; otherwise the next one who waits has to begin anew.
    private func hasReason(_ key: Key) -> Bool {
        let uptime = clock.uptime()
        return state.withLock { state in
            guard state.entries[key] != nil else { return false }
            return state.update(key) { entry, _, _ in
                let hasReason = !entry.waiting.isEmpty || entry.owesStore(at: uptime)
                if !hasReason { entry.isAsking = false }
                return hasReason
            }
        }
    }

    /// Tries until the cell is written, or is known to have no room.
    private func askOnce(_ key: Key) async throws(StoreError) {
        for _ in 0..<LimitCells.attemptsMax {
            let isFresh = try await learn(key)
            guard let plan = plan(key) else { return }
            if !plan.isChange {
                if isFresh { return refuse(key) }
                // What is known may be old: others may have given something back.
                forget(key)
            } else if try await write(plan, key) {
                return
            }
        }
        throw StoreError(.busy, "limit_state")
    }

    /// Reads the cell unless it is known.
    ///
    /// - Returns: whether it was read just now.
    private func learn(_ key: Key) async throws(StoreError) -> Bool {
        let isKnown = state.withLock { $0.entries[key]?.isKnown ?? true }
        guard !isKnown else { return false }
        let cell = try await cells.read(key.cell)
        let uptime = clock.uptime()
        state.withLock { state in
            state.statistics.reads += 1
            state.noteAnswer(cell.readAt, at: uptime)
            state.update(key) { entry, _, _ in entry.adopt(cell) }
        }
        return true
    }

    private func plan(_ key: Key) -> RateEntry.Plan? {
        let uptime = clock.uptime()
        return state.withLock { state in
            guard state.entries[key] != nil else { return nil }
            let now = state.time.guess(at: uptime)
            return state.update(key) { entry, _, _ in
                entry.plan(now, stamp: .random(in: .min ... .max))
            }
        }
    }

    private func refuse(_ key: Key) {
        let uptime = clock.uptime()
        state.withLock { state in
            let now = state.time.guess(at: uptime)
            state.update(key) { entry, _, _ in entry.refuseAll(now, at: uptime) }
        }
    }

    private func forget(_ key: Key) {
        state.withLock { state in state.update(key) { entry, _, _ in entry.doubt() } }
    }

    private func write(_ plan: RateEntry.Plan, _ key: Key) async throws(StoreError) -> Bool {
        let sent = clock.uptime()
        let change = LimitCells.Change(
            key: key.cell,
            from: plan.from,
            stamp: plan.stamp,
            bytes: plan.windows.bytes,
            expiresAt: plan.windows.lastEnd ?? plan.moment.upperBound,
            moment: plan.moment
        )
        let now: Timestamp?
        do throws(StoreError) {
            now = try await cells.write(change)
        } catch {
            state.withLock { state in state.update(key) { entry, _, _ in entry.fail(plan) } }
            throw error
        }
        let answered = clock.uptime()
        state.withLock { state in
            state.statistics.writes += 1
            if let now { state.noteAnswer(now, at: answered) } else { state.statistics.collisions += 1 }
            state.update(key) { entry, _, _ in
                guard let now else { return entry.collide(plan) }
                entry.succeed(plan, now: now, sent: sent, answered: answered)
            }
        }
        return now != nil
    }

    // MARK: Life

    /// Carries out what requests ask of the store, and keeps it tidy; until the task is cancelled.
    ///
    /// - Parameter onReady: called once requests can be carried out.
    package func run(onReady: @escaping @Sendable () -> Void = {}) async {
        await withTaskGroup(of: Void.self) { group in
            // Beside each other: what requests wait for must not stand behind what nobody waits for.
            group.addTask { await self.worker.run(onReady: onReady) }
            group.addTask { await self.tend() }
        }
        // Nobody asks any more for those that wait.
        let keys = state.withLock { state in state.entries.filter { $0.value.isAsking }.map(\.key) }
        for key in keys { settleLocally(key) }
    }

    private func tend() async {
        var untilPrune = Duration.zero
        while (try? await clock.patience.sleep(for: settings.tendInterval)) != nil {
            await settle()
            await probe()
            untilPrune -= settings.tendInterval
            guard untilPrune <= .zero else { continue }
            untilPrune = settings.pruneInterval
            await prune()
        }
    }

    /// Gives back what was taken ahead and not used in time, and tells the store what was decided without it.
    package func settle() async {
        await withTaskGroup(of: Void.self) { group in
            for (place, key) in keysToSettle().enumerated() {
                // A few at a time, and none of them holds up the others; their order means nothing.
                if place >= RateLimiter.settlingMax { await group.next() }
                group.addTask { await self.ask(key) }
            }
        }
    }

    /// Statements at once that nobody waits for.
    private static let settlingMax = 8

    /// Takes those that owe the store something, while it answers.
    private func keysToSettle() -> [Key] {
        let uptime = clock.uptime()
        return state.withLock { state in
            let due = state.owing.filter { key in
                state.entries[key].map { !$0.isAsking && $0.owesStore(at: uptime) } ?? false
            }
            // With nothing due nobody asks, and the leave to ask is somebody else's.
            guard !due.isEmpty, !state.outage.isAway || state.outage.mayAsk(at: uptime) else { return [] }
            for key in due { state.entries[key]?.isAsking = true }
            return Array(due)
        }
    }

    /// Finds out whether a store that was away is back, should nobody ask for anything.
    package func probe() async {
        let uptime = clock.uptime()
        guard state.withLock({ $0.outage.isAway && $0.outage.mayAsk(at: uptime) }) else { return }
        do throws(StoreError) {
            let now = try await cells.readTime()
            let answered = clock.uptime()
            state.withLock { $0.noteAnswer(now, at: answered) }
        } catch {
            let answered = clock.uptime()
            state.withLock { state in
                state.outage.noteFailure(at: answered)
                state.statistics.failures += 1
            }
        }
    }

    /// Removes what is over from the store; one batch.
    package func prune() async {
        do throws(StoreError) {
            let count = try await cells.prune(countMax: settings.cellsMax)
            state.withLock { $0.statistics.pruned += UInt64(count) }
        } catch {
            guard error.disposition != .stop else { return }
            state.withLock { $0.statistics.failures += 1 }
        }
    }
}

extension RateLimiter.State {
    /// Changes one entry in place, and keeps the list of those that owe.
    @discardableResult
    fileprivate mutating func update<Value>(
        _ key: RateLimiter.Key,
        _ body: (inout RateEntry, inout StoreOutage, inout LimitStatistics) -> Value
    ) -> Value {
        defer {
            if entries[key]?.mayOweStore ?? false { owing.insert(key) } else { owing.remove(key) }
        }
        return body(&entries[key, default: RateEntry(key.rules)], &outage, &statistics)
    }

    fileprivate mutating func noteAnswer(_ now: Timestamp, at uptime: Duration) {
        outage.noteAnswer()
        time.note(now, at: uptime)
    }
}
