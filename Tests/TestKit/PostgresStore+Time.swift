package import Store
package import StorePostgres

extension PostgresStore {
    /// Replaces this database's clock by one that can be moved.
    ///
    /// - Parameter isLive: whether it also goes on by itself; otherwise it stands still.
    /// - Throws: `StoreError`.
    package func letTimeBeMoved(isLive: Bool = true) async throws(StoreError) {
        let now = "(extract(epoch FROM now()) * 1000000)::bigint * 1000"
        try await run("CREATE TABLE moved_time (ahead bigint NOT NULL)")
        try await run(SQL(stringLiteral: "INSERT INTO moved_time SELECT \(isLive ? "0" : now)"))
        try await run(
            SQL(
                stringLiteral: """
                    CREATE OR REPLACE FUNCTION station_now() RETURNS bigint LANGUAGE sql STABLE AS $$
                        SELECT \(isLive ? now : "0") + (SELECT ahead FROM moved_time)
                    $$
                    """
            )
        )
    }

    /// Moves this database's clock on.
    package func moveTime(by duration: Duration) async throws(StoreError) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        try await run("UPDATE moved_time SET ahead = ahead + ?1", [.integer(nanoseconds)])
    }
}
