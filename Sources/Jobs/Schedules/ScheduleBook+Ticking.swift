import Bus
import Store

extension ScheduleBook {
    private static let pageSize = 200

    /// A schedule that a look at the clock has found due.
    private struct Due: Sendable {
        let name: String
        let at: Timestamp
        let zone: String
    }

    /// What firing a schedule came to.
    private struct Fired: Sendable {
        var runs: [ScheduleRun] = []
        var plan: SchedulePlan
        let request: JobRequest
    }

    /// Fires what is due, each schedule in a transaction of its own.
    ///
    /// Any number of daemons may do this at once: a time is run by whoever inserts its row. What fails is reported and
    /// does not stop the others; only a database that cannot be used does.
    ///
    /// - Parameter backoff: whom to leave alone.
    /// - Returns: what it has done.
    package func tick(_ backoff: ScheduleBackoff = ScheduleBackoff()) async -> TickReport {
        var report = TickReport()
        do throws(StoreError) {
            var place = (at: SQLValue.integer(-1), name: "")
            while true {
                let arguments = [place.at, .text(place.name), SQLValue(Self.pageSize)]
                let rows = try await store.query(ScheduleSQL.upcoming, arguments)
                for row in rows {
                    guard let name = row[0].text, let at = row[1].time, let zone = row[2].text,
                        let now = row[3].time
                    else { throw StoreError(.corrupt, "schedule") }
                    report.now = report.now ?? now
                    guard at <= now else {
                        report.note(nextAt: at)
                        return report
                    }
                    place = (row[1], name)
                    guard !backoff.isHeld(name, at: now) else { continue }
                    try await fire(Due(name: name, at: at, zone: zone), &report)
                }
                guard rows.count == Self.pageSize else { return report }
            }
        } catch {
            report.interruption = error
            return report
        }
    }

    /// - Throws: `StoreError` when the database cannot be used; what concerns the schedule alone is reported.
    private func fire(_ due: Due, _ report: inout TickReport) async throws(StoreError) {
        do throws(ScheduleError) {
            let zone = try await rules(of: due.zone)
            let outcome = try await attempting(due.name) { [probe] transaction -> Fired?? in
                let fired = try Self.fire(due, zone, in: &transaction)
                if fired?.runs.isEmpty == false { probe.beforeCommit() }
                return .some(fired)
            }
            // Somebody else has it in hand, or has changed it: then the next look will tell.
            guard let fired = outcome else { return }
            report.runs += fired.runs
            report.note(nextAt: fired.plan.nextAt)
            if fired.plan.missed + fired.plan.overlapping > 0 {
                report.lost.append(
                    TickReport.Lost(
                        schedule: due.name,
                        missed: fired.plan.missed,
                        overlapping: fired.plan.overlapping
                    )
                )
            }
            if !fired.runs.isEmpty { jobs.announce(fired.request) }
        } catch {
            if case .store(let cause) = error, cause.disposition != .fail { throw cause }
            report.failures.append(TickReport.Failure(schedule: due.name, error: error))
        }
    }

    /// - Returns: `nil` when there is nothing left to do.
    private static func fire(
        _ due: Due,
        _ zone: TimeZoneRules,
        in transaction: inout Transaction
    ) throws -> Fired? {
        let name = SQLValue.text(due.name)
        guard let row = try transaction.rows(ScheduleSQL.take, [name]).first, let now = row.last?.time else {
            return nil
        }
        let schedule = try Schedule(row: Array(row.dropLast()))
        guard schedule.pausedAt == nil, schedule.nextAt == due.at, schedule.definition.timeZone == due.zone else {
            return nil
        }
        let times = ScheduleTimes(cron: try schedule.definition.expression(), zone: zone)
        let unfinished = schedule.definition.overlap == .allow ? 0 : try transaction.unfinishedRuns(of: due.name)
        var fired = Fired(
            plan: SchedulePlan(schedule, times: times, unfinished: unfinished, now: now),
            request: schedule.definition.request
        )
        for time in fired.plan.fires {
            var request = fired.request
            guard let job = try transaction.fire(due.name, at: time, &request) else { continue }
            fired.runs.append(ScheduleRun(schedule: due.name, fireAt: time, job: job, state: .available))
        }
        let last = fired.runs.last
        let values = [
            name, SQLValue(due.at), SQLValue(fired.plan.nextAt), SQLValue(last?.fireAt), SQLValue(last?.job),
        ]
        // Undone, with the rows and jobs above, if somebody has moved it on.
        guard try transaction.execute(ScheduleSQL.advance, values) == 1 else {
            throw ScheduleError.contended(due.name)
        }
        return fired
    }
}
