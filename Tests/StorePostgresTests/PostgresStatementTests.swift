import Bus
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed")) struct PostgresStatementTests {
    private let id = UUIDv7(high: 0x0199_1234_5678_7ABC, low: 0x8000_0000_0000_0042)

    @Test func `values of every type that is read come back as they went`() async throws {
        let store = try await PostgresFixture.open()
        let statement: SQL = """
            SELECT ?1::boolean, ?2::smallint, ?3::integer, ?4::bigint, ?5::real, ?6::double precision, ?7::text,
            ?8::varchar, ?9::json, ?10::jsonb, ?11::uuid, ?12::bytea, ?13::numeric::text, ?14::name, NULL::bigint
            """
        let arguments: [SQLValue] = [
            .integer(1), .integer(-3), .integer(70_000), .integer(.min), .real(0.5), .real(-1e300), .text("Grüße 👋"),
            .text(""), .text(#"{"a": [1]}"#), .text(#"{"b":2}"#), SQLValue(id), .blob([0, 255, 1]), .text("12.50"),
            .text("name"),
        ]
        var expected = arguments + [.null]
        expected[9] = .text(#"{"b": 2}"#)
        #expect(try await store.query(statement, arguments) == [expected])
        let body = try await store.commit(by: PostgresFixture.author) { try $0.rows(statement, arguments) }
        #expect(body.value == [expected])
        let nulls = [SQLValue](repeating: .null, count: 14)
        #expect(try await store.query(statement, nulls) == [nulls + [.null]])
        #expect(try await store.query("SELECT pg_sleep(0), ?1::text IS NULL", [.null]) == [[.null, .integer(1)]])
        #expect(try await store.query("SELECT ?1::text[] @> ARRAY['b']", [.text("{a,b}")]) == [[.integer(1)]])
        #expect(try await store.query("SELECT ?1::bytea", [.blob([])]) == [[.blob([])]])
        await store.close()
    }

    @Test func `a column that cannot be read is named, before the statement does anything`() async throws {
        let store = try await PostgresFixture.open()
        let statement: SQL = "INSERT INTO job_queue (name) VALUES ('a') RETURNING now()"
        let failure = await PostgresFixture.error { try await store.run(statement) }
        #expect(failure?.code == .failed && failure?.description.contains("timestamptz") == true)
        #expect(try await store.query("SELECT count(*) FROM job_queue") == [[.integer(0)]])
        await store.close()
    }

    @Test(arguments: [
        ("SELECT ?1::smallint", SQLValue.integer(70_000)), ("SELECT ?1::uuid", .blob([1, 2])),
        ("SELECT ?1::text", .text("a\0b")), ("SELECT ?1::integer", .blob([1])), ("SELECT ?1::uuid", .text("x")),
        ("SELECT ?1::text, ?2::text", .text("one")), ("SELECT 1 / ?1::integer", .integer(0)),
    ])
    func `an argument that does not fit is refused, and the next one is not`(sql: String, value: SQLValue) async throws
    {
        let store = try await PostgresFixture.open()
        let statement = SQL(stringLiteral: sql)
        #expect(await PostgresFixture.error { _ = try await store.query(statement, [value]) }?.code == .failed)
        let good = try await store.commit(by: PostgresFixture.author) { transaction in
            let failure = #expect(throws: StoreError.self) { try transaction.rows(statement, [value]) }
            #expect(failure?.code == .failed)
            return try transaction.rows("SELECT ?1::text", [.text("good")])
        }
        #expect(good.value == [[.text("good")]])
        #expect(try await store.query("SELECT ?1::text", [.text("good")]) == [[.text("good")]])
        await store.close()
    }

    @Test func `what the server says becomes a code that callers know`() async throws {
        let store = try await PostgresFixture.open { $0.statementTimeoutSeconds = 0.2 }
        func code(_ sql: String) async -> StoreError.Code? {
            await PostgresFixture.error { try await store.run(SQL(sqlite: sql, postgres: sql)) }?.code
        }
        #expect(await code("SELECT nothing FROM nowhere") == .failed)
        #expect(await code("SELEC 1") == .failed)
        #expect(await code("SELECT pg_sleep(60)") == .timedOut)
        #expect(await code("INSERT INTO job_queue (name) VALUES (NULL)") == .constraint)
        #expect(await code("DO $$ BEGIN RAISE EXCEPTION 'a rule of ours'; END $$") == .constraint)
        #expect(await code("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$") == .busy)
        #expect(store.poolStatistics.retries == 4)
        #expect(await code("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$") == .full)
        #expect(await code("SELECT 1; SELECT 2") == .failed)
        #expect(try await store.query("SELECT 1") == [[.integer(1)]])
        await store.close()
    }

    /// A statement's own answer comes before its commit: only the sync behind it tells.
    @Test func `a rule that is checked at the commit is told to the caller`() async throws {
        let store = try await PostgresFixture.open()
        try await store.run("CREATE TABLE late (x integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let insertion: SQL = "INSERT INTO late VALUES (1) RETURNING x"
        #expect(try await store.run(insertion) == [[.integer(1)]])
        #expect(await PostgresFixture.error { try await store.run(insertion) }?.code == .constraint)
        let unit = await PostgresFixture.error {
            _ = try await store.commit(by: PostgresFixture.author) { transaction in
                try transaction.append(BallotCast(1))
                try transaction.execute(insertion)
            }
        }
        #expect(unit?.code == .constraint)
        #expect(try await store.query("SELECT count(*) FROM late") == [[.integer(1)]])
        #expect(store.position.head == 0)
        await store.close()
    }

    @Test func `a statement whose table has changed is prepared again`() async throws {
        let store = try await PostgresFixture.open { $0.connectionsMax = 1 }
        try await store.run("CREATE TABLE changing (x integer)")
        try await store.run("INSERT INTO changing VALUES (7)")
        #expect(try await store.query("SELECT * FROM changing") == [[.integer(7)]])
        try await store.run("ALTER TABLE changing ALTER x TYPE text USING 'now ' || x")
        #expect(try await store.query("SELECT * FROM changing") == [[.text("now 7")]])
        await store.close()
    }

    @Test func `more different statements than are kept prepared all work`() async throws {
        let store = try await PostgresFixture.open { $0.connectionsMax = 1 }
        for round in 1...2 {
            for number in 0..<300 {
                #expect(try await store.query(SQL(sqlite: "", postgres: "SELECT \(number)")) == [[SQLValue(number)]])
            }
            let prepared = try await store.query("SELECT count(*) FROM pg_prepared_statements")[0][0].int ?? 0
            #expect(prepared <= 258, "round \(round)")
        }
        let result = try await store.commit(by: PostgresFixture.author) { transaction in
            let rows = try (0..<300).map { try transaction.rows(SQL(sqlite: "", postgres: "SELECT \($0)")) }
            return (rows, try transaction.rows("SELECT count(*) FROM pg_prepared_statements")[0][0].int ?? 0)
        }
        #expect(result.value.0 == (0..<300).map { [[SQLValue($0)]] } && result.value.1 <= 264)
        await store.close()
    }

    /// Ends so many statements that sleep, once they do, through the writer's connection.
    private func endSleep(of store: PostgresStore, count: Int = 1) async throws {
        try await PostgresFixture.wait {
            let sleeping = try await store.commit(by: PostgresFixture.author) { transaction in
                try transaction.rows(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'PgSleep'
                    """
                )[0][0].int
            }
            return sleeping.value == count
        }
        _ = try await store.commit(by: PostgresFixture.author) { transaction in
            try transaction.rows(
                """
                SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'PgSleep'
                """
            )
        }
    }

    @Test func `beyond those that may wait the answer is busy`() async throws {
        let store = try await PostgresFixture.open { config in
            config.connectionsMax = 1
            config.inFlightMax = 1
            config.waitingMax = 2
        }
        async let running = PostgresFixture.error { _ = try await store.query("SELECT pg_sleep(60)") }
        try await PostgresFixture.wait { store.poolStatistics.inFlight == 1 }
        async let one = store.query("SELECT 1")
        async let two = store.query("SELECT 2")
        try await PostgresFixture.wait { store.poolStatistics.waiting == 2 }
        #expect(await PostgresFixture.error { _ = try await store.query("SELECT 3") }?.code == .busy)
        try await endSleep(of: store)
        #expect(await running?.code == .timedOut)
        #expect(try await (one, two) == ([[.integer(1)]], [[.integer(2)]]))
        #expect(store.poolStatistics.refused == 1 && store.poolStatistics.open == 1)
        await store.close()
    }

    @Test func `a cancelled caller's statement is not sent when it still waits`() async throws {
        let store = try await PostgresFixture.open { config in
            config.connectionsMax = 1
            config.inFlightMax = 1
        }
        async let running = PostgresFixture.error { _ = try await store.query("SELECT pg_sleep(60)") }
        try await PostgresFixture.wait { store.poolStatistics.inFlight == 1 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let failure = await PostgresFixture.error {
                    try await store.run("INSERT INTO job_queue (name) VALUES ('a')")
                }
                #expect(failure?.code == .cancelled)
            }
            try await PostgresFixture.wait { store.poolStatistics.waiting == 1 }
            group.cancelAll()
            try await group.waitForAll()
        }
        try await endSleep(of: store)
        #expect(await running?.code == .timedOut)
        #expect(try await store.query("SELECT count(*) FROM job_queue") == [[.integer(0)]])
        await store.close()
    }

    @Test func `connections open as they are needed and close when they are not`() async throws {
        let store = try await PostgresFixture.open { config in
            config.connectionsMax = 3
            config.idleSecondsMax = 0.3
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let failure = await PostgresFixture.error { _ = try await store.query("SELECT pg_sleep(60)") }
                    #expect(failure?.code == .timedOut)
                }
            }
            // So many at once take so many connections.
            try await endSleep(of: store, count: 3)
            try await group.waitForAll()
        }
        try await PostgresFixture.wait { store.poolStatistics.open == 1 }
        #expect(try await store.query("SELECT 1") == [[.integer(1)]])
        await store.close()
    }
}
