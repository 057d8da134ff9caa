package import Bus
package import Store

/// The schedules in the database, on either engine.
///
/// Whatever changes a schedule posts the notice `schedules`, so that whoever sleeps until the next time looks again.
/// All times are those of the database's clock.
package struct ScheduleBook: Sendable {
    /// The name of the notice.
    package static let notice = "schedules"

    /// What became of a definition.
    package enum Installed: String, Hashable, Sendable {
        case added
        case changed
        case unchanged
        /// An operator has a schedule of this name, which the program leaves alone.
        case kept
    }

    package let store: any Storage
    let jobs: JobQueue
    let zones: TimeZoneLibrary
    /// Who writes.
    let author: Incarnation
    let probe: ScheduleProbe

    package init(
        store: any Storage,
        zones: TimeZoneLibrary = TimeZoneLibrary(),
        author: Incarnation = Incarnation(of: "schedules"),
        probe: ScheduleProbe = ScheduleProbe()
    ) {
        self.store = store
        self.zones = zones
        self.author = author
        self.probe = probe
        jobs = JobQueue(store: store)
    }

    // MARK: Definitions

    /// Adds a schedule or changes it.
    ///
    /// A pause stays. The next time is worked out anew when the expression or the time zone has changed; otherwise it
    /// stays too, so that times that passed while no daemon ran are still caught up with.
    ///
    /// - Returns: what has changed.
    /// - Throws: `ScheduleError`: `.invalid`, `.cron`, `.timeZone`, `.store`.
    @discardableResult
    package func install(
        _ definition: ScheduleDefinition,
        as origin: Schedule.Origin
    ) async throws(ScheduleError) -> Installed {
        try definition.check()
        let times = ScheduleTimes(cron: try definition.expression(), zone: try await rules(of: definition.timeZone))
        let installed = try await attempting(definition.name) { transaction in
            try Self.install(definition, as: origin, times, in: &transaction)
        }
        if installed == .added || installed == .changed { store.post(Self.notice) }
        return installed
    }

    /// - Returns: `nil` when somebody else added it just now.
    private static func install(
        _ definition: ScheduleDefinition,
        as origin: Schedule.Origin,
        _ times: ScheduleTimes,
        in transaction: inout Transaction
    ) throws -> Installed? {
        let now = try transaction.databaseNow()
        guard let row = try transaction.rows(ScheduleSQL.hold, [.text(definition.name)]).first else {
            let values = definition.arguments + [.text(origin.rawValue), SQLValue(times.next(after: now))]
            return try transaction.execute(ScheduleSQL.insert, values) == 1 ? .added : nil
        }
        let existing = try Schedule(row: row)
        if existing.origin == .operator, origin == .code { return .kept }
        guard existing.definition != definition || existing.origin != origin else { return .unchanged }
        let isSameTimes =
            existing.definition.cron == definition.cron && existing.definition.timeZone == definition.timeZone
        let nextAt = isSameTimes ? existing.nextAt : times.next(after: now)
        let values = definition.arguments + [.text(origin.rawValue), SQLValue(nextAt)]
        try transaction.execute(ScheduleSQL.update, values)
        return .changed
    }

    /// Takes a schedule away, with the record of its runs; its jobs stay.
    ///
    /// - Throws: `ScheduleError`: `.unknown`, `.store`.
    package func remove(_ name: String) async throws(ScheduleError) {
        try await attempting(name) { transaction in
            guard try transaction.execute(ScheduleSQL.remove, [.text(name)]) == 1 else {
                throw ScheduleError.unknown(name)
            }
            try transaction.execute(ScheduleSQL.removeFires, [.text(name)])
            return ()
        }
        store.post(Self.notice)
    }

    // MARK: Operators

    /// Stops a schedule from firing; it can still be run by hand.
    ///
    /// - Throws: `ScheduleError`: `.unknown`, `.store`.
    package func pause(_ name: String) async throws(ScheduleError) {
        let rows: [SQLRow]
        do throws(StoreError) { rows = try await store.run(ScheduleSQL.pause, [.text(name)]) } catch {
            throw .store(error)
        }
        guard !rows.isEmpty else { throw .unknown(name) }
        store.post(Self.notice)
    }

    /// Lets a schedule fire again, from its next time on: those that passed meanwhile were not missed.
    ///
    /// - Throws: `ScheduleError`: `.unknown`, `.contended`, and when its definition cannot be read.
    package func resume(_ name: String) async throws(ScheduleError) {
        for _ in 0..<Self.attemptsMax {
            guard let seen = try await show(name) else { throw .unknown(name) }
            let zone = try await rules(of: seen.definition.timeZone)
            let times = ScheduleTimes(cron: try seen.definition.expression(), zone: zone)
            let isDone = try await attempting(name) { transaction -> Bool? in
                guard let row = try transaction.rows(ScheduleSQL.hold, [.text(name)]).first else {
                    throw ScheduleError.unknown(name)
                }
                let schedule = try Schedule(row: row)
                guard schedule.pausedAt != nil else { return true }
                guard schedule.definition == seen.definition else { return false }
                let nextAt = times.next(after: try transaction.databaseNow())
                try transaction.execute(ScheduleSQL.resume, [.text(name), SQLValue(nextAt)])
                return true
            }
            guard !isDone else { return store.post(Self.notice) }
        }
        throw .contended(name)
    }

    /// Runs a schedule's job once, now, also while it is paused and whatever runs already.
    ///
    /// - Returns: the job; not new when the schedule was run at this very moment already.
    /// - Throws: `ScheduleError`: `.unknown`, `.store`.
    @discardableResult
    package func runNow(_ name: String) async throws(ScheduleError) -> Enqueued {
        let (enqueued, request) = try await attempting(name) { transaction -> (Enqueued, JobRequest)? in
            guard let row = try transaction.rows(ScheduleSQL.hold, [.text(name)]).first else {
                throw ScheduleError.unknown(name)
            }
            var request = try Schedule(row: row).definition.request
            let now = try transaction.databaseNow()
            guard let id = try transaction.fire(name, at: now, &request) else {
                let found = try transaction.rows(ScheduleSQL.findFire, [.text(name), SQLValue(now)]).first?[0].id
                return found.map { (Enqueued(id: $0, isNew: false), request) }
            }
            try transaction.execute(ScheduleSQL.noteRun, [.text(name), SQLValue(now), SQLValue(id)])
            return (Enqueued(id: id, isNew: true), request)
        }
        if enqueued.isNew { jobs.announce(request) }
        return enqueued
    }

    // MARK: Helpers

    static let attemptsMax = 3

    /// Runs a unit of work that answers `nil` when somebody else was faster and it should be tried again.
    func attempting<Value: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value?
    ) async throws(ScheduleError) -> Value {
        for _ in 0..<Self.attemptsMax {
            do {
                if let value = try await store.commit(by: author, body).value { return value }
            } catch {
                throw ScheduleError(error)
            }
        }
        throw .contended(name)
    }

    func rules(of zone: String) async throws(ScheduleError) -> TimeZoneRules {
        do throws(TimeZoneError) {
            return try await zones.rules(of: zone)
        } catch {
            throw .timeZone(error)
        }
    }
}

extension Transaction {
    /// What time it is by the database's clock.
    func databaseNow() throws(StoreError) -> Timestamp {
        guard let now = try rows(ScheduleSQL.now).first?[0].time else { throw StoreError(.failed, "station_now") }
        return now
    }

    /// How many runs of a schedule have not finished.
    mutating func unfinishedRuns(of name: String) throws(StoreError) -> Int {
        try execute(ScheduleSQL.settle, [.text(name)])
        return try rows(ScheduleSQL.countUnfinished, [.text(name)]).first?[0].int ?? 0
    }

    /// Claims one time of a schedule and enqueues its job.
    ///
    /// - Returns: the job; `nil` when that time has been run already.
    mutating func fire(
        _ name: String,
        at time: Timestamp,
        _ request: inout JobRequest
    ) throws(StoreError) -> UUIDv7? {
        var generator = UUIDv7Generator()
        let id = generator.next(at: now)
        guard try execute(ScheduleSQL.fire, [.text(name), SQLValue(time), SQLValue(id)]) == 1 else { return nil }
        request.id = id
        try enqueue(request)
        return id
    }
}

/// Called where a crash of a scheduler matters; empty outside drills and tests.
package struct ScheduleProbe: Sendable {
    /// A run is recorded and its job enqueued, and none of it committed.
    package var beforeCommit: @Sendable () -> Void

    package init(beforeCommit: @escaping @Sendable () -> Void = {}) { self.beforeCommit = beforeCommit }
}
