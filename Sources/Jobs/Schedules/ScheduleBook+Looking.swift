package import Bus
import Store

extension ScheduleBook {
    /// The schedule of this name; `nil` when there is none.
    package func show(_ name: String) async throws(ScheduleError) -> Schedule? {
        do throws(StoreError) {
            guard let row = try await store.query(ScheduleSQL.show, [.text(name)]).first else { return nil }
            return try Schedule(row: row)
        } catch {
            throw .store(error)
        }
    }

    /// The schedules by name.
    ///
    /// - Parameters:
    ///   - name: only those behind this name, for the next page.
    ///   - limit: the most, up to 1000.
    /// - Returns: the schedules.
    /// - Throws: `ScheduleError` with `.store`.
    package func list(after name: String = "", limit: Int = 1000) async throws(ScheduleError) -> [Schedule] {
        do throws(StoreError) {
            let rows = try await store.query(ScheduleSQL.list, [.text(name), SQLValue(min(max(1, limit), 1000))])
            var schedules: [Schedule] = []
            schedules.reserveCapacity(rows.count)
            for row in rows { schedules.append(try Schedule(row: row)) }
            return schedules
        } catch {
            throw .store(error)
        }
    }

    /// The latest runs of a schedule, newest first, with where their jobs stand.
    ///
    /// - Parameters:
    ///   - name: whose.
    ///   - before: only earlier ones, for the next page.
    ///   - limit: the most, up to 1000.
    /// - Returns: the runs.
    /// - Throws: `ScheduleError` with `.store`.
    package func runs(
        of name: String,
        before: Timestamp = Timestamp(nanoseconds: .max),
        limit: Int = 50
    ) async throws(ScheduleError) -> [ScheduleRun] {
        let arguments: [SQLValue] = [.text(name), SQLValue(before), SQLValue(min(max(1, limit), 1000))]
        do throws(StoreError) {
            return try await store.query(ScheduleSQL.fires, arguments).compactMap { ScheduleRun(name, $0) }
        } catch {
            throw .store(error)
        }
    }

    /// The latest runs of all schedules, newest first, with where their jobs stand.
    ///
    /// - Parameter limit: the most, up to 1000.
    /// - Returns: the runs.
    /// - Throws: `ScheduleError` with `.store`.
    package func latestRuns(limit: Int = 10) async throws(ScheduleError) -> [ScheduleRun] {
        do throws(StoreError) {
            let rows = try await store.query(ScheduleSQL.latestFires, [SQLValue(min(max(1, limit), 1000))])
            return rows.compactMap { row in row[3].text.flatMap { ScheduleRun($0, row) } }
        } catch {
            throw .store(error)
        }
    }

    /// The run that a job is, for a job that has to know which time it stands for.
    ///
    /// - Returns: `nil` when no schedule has made the job.
    /// - Throws: `ScheduleError` with `.store`.
    package func run(ofJob id: UUIDv7) async throws(ScheduleError) -> ScheduleRun? {
        do throws(StoreError) {
            guard let row = try await store.query(ScheduleSQL.fireOfJob, [SQLValue(id)]).first,
                let name = row[3].text
            else { return nil }
            return ScheduleRun(name, row)
        } catch {
            throw .store(error)
        }
    }

    /// Removes a batch of the record of old runs whose jobs have finished.
    ///
    /// - Returns: how many, at most `limit`.
    /// - Throws: `ScheduleError` with `.store`.
    @discardableResult
    package func prune(
        keptFor: Duration = .seconds(7 * 86_400),
        limit: Int = 1000
    ) async throws(ScheduleError) -> Int {
        do throws(StoreError) {
            return try await store.run(ScheduleSQL.prune, [.integer(keptFor.nanoseconds), SQLValue(limit)]).count
        } catch {
            throw .store(error)
        }
    }
}

/// One run of a schedule.
package struct ScheduleRun: Hashable, Sendable {
    package let schedule: String
    /// The time that was due; for a run by hand, when it was asked for.
    package let fireAt: Timestamp
    package let job: UUIDv7
    /// Where its job stands; `nil` when that has been removed.
    package let state: JobState?
}

extension ScheduleRun {
    /// - Returns: `nil` for a row that is none.
    fileprivate init?(_ schedule: String, _ row: SQLRow) {
        guard let time = row[0].time, let job = row[1].id else { return nil }
        self.init(schedule: schedule, fireAt: time, job: job, state: row[2].text.flatMap(JobState.init))
    }
}
