import Store

/// The statements about schedules.
enum ScheduleSQL {
    // MARK: Definitions

    static let show = SQL(stringLiteral: "SELECT \(Schedule.columns) FROM schedule WHERE name = ?1")
    static let list = SQL(
        stringLiteral: "SELECT \(Schedule.columns) FROM schedule WHERE name > ?1 ORDER BY name LIMIT ?2"
    )
    /// The row for whoever changes it: others wait for the end of the transaction.
    static let hold = SQL(
        sqlite: "SELECT \(Schedule.columns) FROM schedule WHERE name = ?1",
        postgres: "SELECT \(Schedule.columns) FROM schedule WHERE name = $1 FOR UPDATE"
    )
    /// The row for whoever fires it, and what time it is; no row when another daemon has it in hand.
    static let take = SQL(
        sqlite: "SELECT \(Schedule.columns), station_now() FROM schedule WHERE name = ?1",
        postgres: "SELECT \(Schedule.columns), station_now() FROM schedule WHERE name = $1 FOR UPDATE SKIP LOCKED"
    )
    static let now: SQL = "SELECT station_now()"

    /// Arguments: the definition's, origin, next_at.
    static let insert: SQL = """
        INSERT INTO schedule (name, cron, time_zone, queue, kind, payload, priority, attempt_max, catch_up,
            catch_up_window_ns, catch_up_max, overlap, origin, next_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, station_now())
        ON CONFLICT (name) DO NOTHING
        """
    /// Arguments: as for `insert`.
    static let update: SQL = """
        UPDATE schedule SET cron = ?2, time_zone = ?3, queue = ?4, kind = ?5, payload = ?6, priority = ?7,
            attempt_max = ?8, catch_up = ?9, catch_up_window_ns = ?10, catch_up_max = ?11, overlap = ?12,
            origin = ?13, next_at = ?14, updated_at = station_now()
        WHERE name = ?1
        """
    static let pause: SQL = """
        UPDATE schedule SET paused_at = coalesce(paused_at, station_now()), updated_at = station_now()
        WHERE name = ?1 RETURNING 1
        """
    /// Arguments: name, next_at.
    static let resume: SQL = """
        UPDATE schedule SET paused_at = NULL, next_at = ?2, updated_at = station_now() WHERE name = ?1
        """
    static let remove: SQL = "DELETE FROM schedule WHERE name = ?1"
    static let removeFires: SQL = "DELETE FROM schedule_fire WHERE schedule = ?1"

    // MARK: Firing

    /// Those that fire next, earliest first, behind a place in that order.
    ///
    /// Arguments: next_at and name of the place, the most rows.
    static let upcoming: SQL = """
        SELECT name, next_at, time_zone, station_now() FROM schedule
        WHERE paused_at IS NULL AND next_at IS NOT NULL AND (next_at, name) > (?1, ?2)
        ORDER BY next_at, name LIMIT ?3
        """
    /// Notes which runs have finished.
    ///
    /// Arguments: name.
    static let settle = SQL(
        stringLiteral: """
            UPDATE schedule_fire SET is_settled = 1
            WHERE schedule = ?1 AND is_settled = 0 AND \(isFinished("schedule_fire"))
            """
    )
    static let countUnfinished: SQL = "SELECT count(*) FROM schedule_fire WHERE schedule = ?1 AND is_settled = 0"
    /// Claims one time of a schedule.
    ///
    /// Arguments: name, time, job.
    static let fire: SQL = """
        INSERT INTO schedule_fire (schedule, fire_at, job) VALUES (?1, ?2, ?3) ON CONFLICT (schedule, fire_at) DO NOTHING
        """
    static let findFire: SQL = "SELECT job FROM schedule_fire WHERE schedule = ?1 AND fire_at = ?2"
    /// Moves on, if nobody has meanwhile.
    ///
    /// Arguments: name, the old next_at, the new one, last_at and last_job or null.
    static let advance = SQL(
        sqlite: """
            UPDATE schedule SET next_at = ?3, last_at = coalesce(?4, last_at), last_job = coalesce(?5, last_job)
            WHERE name = ?1 AND next_at = ?2 AND paused_at IS NULL
            """,
        postgres: """
            UPDATE schedule SET next_at = $3::bigint, last_at = coalesce($4::bigint, last_at),
                last_job = coalesce($5::uuid, last_job)
            WHERE name = $1 AND next_at = $2::bigint AND paused_at IS NULL
            """
    )
    /// Arguments: name, last_at, last_job.
    static let noteRun: SQL = "UPDATE schedule SET last_at = ?2, last_job = ?3 WHERE name = ?1"

    /// The latest runs of a schedule, newest first.
    ///
    /// Arguments: name, before, the most rows.
    static let fires: SQL = """
        SELECT f.fire_at, f.job, j.state FROM schedule_fire f LEFT JOIN job j ON j.id = f.job
        WHERE f.schedule = ?1 AND f.fire_at < ?2 ORDER BY f.fire_at DESC LIMIT ?3
        """
    /// The latest runs of all schedules, newest first.
    ///
    /// Arguments: the most rows.
    static let latestFires: SQL = """
        SELECT f.fire_at, f.job, j.state, f.schedule FROM schedule_fire f LEFT JOIN job j ON j.id = f.job
        ORDER BY f.fire_at DESC, f.schedule LIMIT ?1
        """
    /// The run that a job is.
    ///
    /// Arguments: job.
    static let fireOfJob: SQL = """
        SELECT f.fire_at, f.job, j.state, f.schedule FROM schedule_fire f LEFT JOIN job j ON j.id = f.job
        WHERE f.job = ?1
        """
    /// Arguments: the age in nanoseconds, the most rows.
    static let prune = SQL(
        stringLiteral: """
            DELETE FROM schedule_fire WHERE (schedule, fire_at) IN (
                SELECT f.schedule, f.fire_at FROM schedule_fire f
                WHERE f.fire_at < station_now() - ?1 AND \(isFinished("f"))
                ORDER BY f.fire_at LIMIT ?2)
            RETURNING 1
            """
    )

    /// Whether the job of a row has finished or been removed.
    ///
    /// Looks into the key of jobs for each row, however many jobs there are and whatever the planner believes.
    private static func isFinished(_ row: String) -> String {
        """
        coalesce((SELECT CASE WHEN j.finished_at IS NULL THEN 0 ELSE 1 END FROM job j WHERE j.id = \(row).job), 1) = 1
        """
    }
}
