package import Bus
package import Store

/// Who works on the queues: for people to look at; nothing is decided by it.
extension JobQueue {
    /// A daemon that has been seen lately.
    package struct Worker: Hashable, Sendable {
        package let id: UUIDv7
        /// Where it runs, as far as it knows.
        package let host: String
        /// The queues it works on.
        package let runs: [String]
        /// Jobs that it has now.
        package let running: Int
        package let startedAt: Timestamp
        package let seenAt: Timestamp
    }

    /// Who leads what.
    package struct Leader: Hashable, Sendable {
        package let lease: Lease
        package let heldUntil: Timestamp
    }

    private static let sawWorker: SQL = """
        INSERT INTO job_worker (id, host, runs, started_at, seen_at) VALUES (?1, ?2, ?3, station_now(), station_now())
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
        """
    private static let forgetWorkers: SQL = "DELETE FROM job_worker WHERE seen_at < station_now() - ?1"
    private static let listWorkers: SQL = """
        SELECT w.id, w.host, w.runs, w.started_at, w.seen_at,
            (SELECT count(*) FROM job WHERE state = 'running' AND worker = w.id)
        FROM job_worker w ORDER BY w.started_at
        """
    private static let listLeaders: SQL = """
        SELECT name, holder, term, held_until FROM leadership WHERE held_until > station_now() ORDER BY name
        """

    /// Notes that a worker is there, and forgets those not seen for a minute.
    package func sawWorker(_ id: UUIDv7, host: String, runs: [String]) async throws(StoreError) {
        let arguments: [SQLValue] = [SQLValue(id), .text(host), .text(runs.joined(separator: " "))]
        try await store.run(Self.sawWorker, arguments)
        try await store.run(Self.forgetWorkers, [.integer(Duration.seconds(60).nanoseconds)])
    }

    package func workers() async throws(StoreError) -> [Worker] {
        try await store.query(Self.listWorkers).compactMap { row in
            guard let id = row[0].id, let host = row[1].text, let started = row[3].time, let seen = row[4].time else {
                return nil
            }
            return Worker(
                id: id,
                host: host,
                runs: (row[2].text ?? "").split(separator: " ").map(String.init),
                running: row[5].int ?? 0,
                startedAt: started,
                seenAt: seen
            )
        }
    }

    package func leaders() async throws(StoreError) -> [Leader] {
        try await store.query(Self.listLeaders).compactMap { row in
            guard let name = row[0].text, let holder = row[1].id, let term = row[2].integer, let until = row[3].time
            else { return nil }
            return Leader(lease: Lease(name: name, holder: holder, term: term), heldUntil: until)
        }
    }
}
