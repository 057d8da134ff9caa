import Bus
import Domain
import JSON

/// What the control methods say about the station, read for the operators' page.
///
/// Only what the page shows is read, and what is missing is left out: a page must not fail because a method says more or
/// less than it once did.
enum StationView {
    /// A child of the supervision tree.
    struct Actor: Hashable, Sendable {
        /// What its state is called while all is well.
        static let up = "running"
        /// What it is called when it comes back only if somebody starts it.
        static let down: Set<String> = ["held", "finished"]

        let id: String
        /// 1 for children of the root.
        let depth: Int
        let state: String
        let isSupervisor: Bool
        let restartsTotal: Int64
        let restartsInWindow: Int64
        let uptimeSeconds: Double?
        let nextTrySeconds: Double?
        let lastExit: String?
    }

    struct Queue: Hashable, Sendable {
        let name: String
        let waiting: Int64
        let running: Int64
        let retrying: Int64
        let failed: Int64
        let slots: Int64
        let pausedAt: Timestamp?
        let pausedBy: String?
    }

    struct Job: Hashable, Sendable {
        let id: String
        let kind: String
        let queue: String
        let state: String
        let attempt: Int64
        let attemptMax: Int64
        let error: String?
        let at: Timestamp?
    }

    /// What is worth attention now, and what cannot be watched.
    struct Alerts: Hashable, Sendable {
        struct Open: Hashable, Sendable {
            let text: String
            let isCritical: Bool
            let raisedAt: Timestamp?
        }

        struct Silent: Hashable, Sendable {
            let rule: String
            let reason: String
        }

        let open: [Open]
        let silent: [Silent]
    }

    struct Schedule: Hashable, Sendable {
        let name: String
        let kind: String
        let cron: String
        let nextAt: Timestamp?
        let pausedAt: Timestamp?
    }

    struct Run: Hashable, Sendable {
        let schedule: String
        let fireAt: Timestamp?
        /// `nil` when the job's record is gone.
        let state: String?
    }

    static func actors(_ tree: JSONValue) -> [Actor] {
        (tree["children"]?.array ?? []).flatMap { actors($0, depth: 1) }
    }

    private static func actors(_ node: JSONValue, depth: Int) -> [Actor] {
        let actor = Actor(
            id: node["id"]?.string ?? "",
            depth: depth,
            state: node["state"]?.string ?? "",
            isSupervisor: node["kind"]?.string == "supervisor",
            restartsTotal: node["restarts"]?["total"]?.int ?? 0,
            restartsInWindow: node["restarts"]?["window"]?.int ?? 0,
            uptimeSeconds: node["uptimeSeconds"]?.double,
            nextTrySeconds: node["nextTrySeconds"]?.double,
            lastExit: node["lastExit"]?.string
        )
        return [actor] + (node["children"]?.array ?? []).flatMap { actors($0, depth: depth + 1) }
    }

    static func queues(_ answer: JSONValue) -> [Queue] {
        (answer["queues"]?.array ?? []).map { row in
            Queue(
                name: row["queue"]?.string ?? "",
                waiting: (row["available"]?.int ?? 0) + (row["scheduled"]?.int ?? 0),
                running: row["running"]?.int ?? 0,
                retrying: row["retryable"]?.int ?? 0,
                failed: row["discarded"]?.int ?? 0,
                slots: row["slots"]?.int ?? 0,
                pausedAt: time(row["pausedAt"]),
                pausedBy: row["pausedBy"]?.string
            )
        }
    }

    static func jobs(_ answer: JSONValue) -> [Job] {
        (answer["jobs"]?.array ?? []).map { row in
            Job(
                id: row["id"]?.string ?? "",
                kind: row["kind"]?.string ?? "",
                queue: row["queue"]?.string ?? "",
                state: row["state"]?.string ?? "",
                attempt: row["attempt"]?.int ?? 0,
                attemptMax: row["attemptMax"]?.int ?? 0,
                error: row["error"]?.string,
                at: time(row["finishedAt"]) ?? time(row["attemptedAt"]) ?? time(row["insertedAt"])
            )
        }
    }

    static func alerts(_ answer: JSONValue) -> Alerts {
        Alerts(
            open: (answer["open"]?.array ?? []).map { row in
                let detail = row["detail"]?.string.map { ": \($0)" } ?? ""
                return Alerts.Open(
                    text: (row["summary"]?.string ?? "") + detail,
                    isCritical: row["severity"]?.string == "critical",
                    raisedAt: time(row["raisedAt"])
                )
            },
            silent: (answer["silent"]?.array ?? []).map { row in
                Alerts.Silent(rule: row["rule"]?.string ?? "", reason: row["reason"]?.string ?? "")
            }
        )
    }

    static func schedules(_ answer: JSONValue) -> [Schedule] {
        (answer["schedules"]?.array ?? []).map { row in
            Schedule(
                name: row["name"]?.string ?? "",
                kind: row["kind"]?.string ?? "",
                cron: row["cron"]?.string ?? "",
                nextAt: time(row["nextAt"]),
                pausedAt: time(row["pausedAt"])
            )
        }
    }

    static func runs(_ answer: JSONValue) -> [Run] {
        (answer["runs"]?.array ?? []).map { row in
            Run(schedule: row["schedule"]?.string ?? "", fireAt: time(row["fireAt"]), state: row["state"]?.string)
        }
    }

    private static func time(_ value: JSONValue?) -> Timestamp? { value?.string.flatMap { Timestamp($0) } }
}
