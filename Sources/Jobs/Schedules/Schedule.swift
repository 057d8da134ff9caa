package import Bus
import Store

/// A schedule as it stands in the database.
package struct Schedule: Hashable, Sendable {
    /// Who defined it.
    package enum Origin: String, Hashable, Sendable, CaseIterable {
        /// The program, anew at each start.
        case code
        /// A person; the program leaves it alone.
        case `operator`
    }

    package var definition: ScheduleDefinition
    package var origin: Origin
    package var pausedAt: Timestamp?
    /// The next time that has not been dealt with; `nil` when there is none.
    package var nextAt: Timestamp?
    /// The last time that was run.
    package var lastAt: Timestamp?
    package var lastJob: UUIDv7?
    package var updatedAt: Timestamp

    package var name: String { definition.name }

    package init(
        _ definition: ScheduleDefinition,
        origin: Origin,
        nextAt: Timestamp?,
        updatedAt: Timestamp
    ) {
        self.definition = definition
        self.origin = origin
        self.nextAt = nextAt
        self.updatedAt = updatedAt
    }
}

extension Schedule {
    /// The columns, in the order in which `init(row:)` reads them.
    static let columns = """
        name, cron, time_zone, queue, kind, payload, priority, attempt_max, catch_up, catch_up_window_ns,
        catch_up_max, overlap, origin, paused_at, next_at, last_at, last_job, updated_at
        """

    /// - Throws: `StoreError` with `.corrupt` for a row that is no schedule.
    init(row: SQLRow) throws(StoreError) {
        guard row.count == 18, let name = row[0].text, let cron = row[1].text, let zone = row[2].text,
            let queue = row[3].text.flatMap(QueueName.init), let kind = row[4].text, let payload = row[5].text,
            let overlap = row[11].text.flatMap(OverlapPolicy.init), let origin = row[12].text.flatMap(Origin.init),
            let updatedAt = row[17].time
        else { throw StoreError(.corrupt, "schedule \(row.first?.text?.prefix(63) ?? "")") }
        definition = ScheduleDefinition(
            name: name,
            cron: cron,
            timeZone: zone,
            queue: queue,
            kind: kind,
            payload: payload
        )
        definition.priority = row[6].int ?? 4
        definition.attemptMax = row[7].int ?? 3
        definition.overlap = overlap
        switch row[8].text {
        case "skip": definition.catchUp = .skip
        case "all":
            definition.catchUp = .all(window: .nanoseconds(row[9].integer ?? 0), countMax: row[10].int ?? 0)
        default: definition.catchUp = .once
        }
        self.origin = origin
        pausedAt = row[13].time
        nextAt = row[14].time
        lastAt = row[15].time
        lastJob = row[16].id
        self.updatedAt = updatedAt
    }
}

extension ScheduleDefinition {
    /// The first twelve columns.
    var arguments: [SQLValue] {
        var (policy, window, countMax) = ("once", Int64(0), 0)
        switch catchUp {
        case .skip: policy = "skip"
        case .once: break
        case .all(let span, let most): (policy, window, countMax) = ("all", span.nanoseconds, most)
        }
        return [
            .text(name), .text(cron), .text(timeZone), .text(queue.text), .text(kind), .text(payload),
            SQLValue(priority), SQLValue(attemptMax), .text(policy), .integer(window), SQLValue(countMax),
            .text(overlap.rawValue),
        ]
    }
}
