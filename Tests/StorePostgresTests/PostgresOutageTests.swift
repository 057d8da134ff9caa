import Bus
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed")) struct PostgresOutageTests {
    private let author = PostgresFixture.author

    private struct Acknowledged {
        var events: Set<UUIDv7> = []
        var names: Set<String> = []
        var failures: [StoreError] = []
    }

    /// Logs and inserts from several tasks until told to stop; collects what was acknowledged.
    private func load(_ store: PostgresStore, until isOver: @escaping @Sendable () -> Bool) async throws
        -> Acknowledged
    {
        let result = Shared(Acknowledged())
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let author = Incarnation(of: "author")
                    var number = 0
                    while !isOver() {
                        number += 1
                        let name = "\(task)-\(number)"
                        do throws(StoreError) {
                            if task.isMultiple(of: 2) {
                                let header = try await store.append(BallotCast(number), by: author)
                                result.change { $0.events.insert(header.id) }
                            } else {
                                try await store.run("INSERT INTO job_queue (name) VALUES (?1)", [.text(name)])
                                result.change { $0.names.insert(name) }
                            }
                        } catch {
                            result.change { $0.failures.append(error) }
                            await Task.yield()
                        }
                    }
                }
            }
        }
        return result.value
    }

    private func check(
        _ store: PostgresStore,
        _ acknowledged: Acknowledged
    ) async throws {
        var ids: [UUIDv7] = []
        var next: UInt64 = 1
        var isComplete = false
        while !isComplete {
            let page = try await store.read(.all, from: next)
            #expect(page.events.map(\.offset) == Array(next..<page.next))
            ids += page.events.map(\.header.id)
            next = page.next
            isComplete = page.isComplete
        }
        #expect(Set(ids).count == ids.count && acknowledged.events.isSubset(of: ids))
        let names = try await store.query("SELECT name FROM job_queue", [], limit: .max).compactMap { $0[0].text }
        #expect(acknowledged.names.isSubset(of: names))
        #expect(
            acknowledged.failures.allSatisfy { $0.code == .unreachable },
            "\(Set(acknowledged.failures.map(\.code)))"
        )
    }

    @Test func `nothing acknowledged is lost while connections are ended again and again`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        let store = try await PostgresFixture.open(config)
        let tap = store.bus.tap(limit: 1_000_000)
        let isOver = Shared(false)
        async let acknowledged = load(store) { isOver.value }
        for round in 1...6 {
            let before = store.position.head
            try await PostgresFixture.wait { store.position.head > before + 20 }
            try await PostgresFixture.blocking {
                try PostgresFixture.cluster.terminateConnections(to: config.database)
            }
            #expect(round > 0)
        }
        let before = store.position.head
        try await PostgresFixture.wait { store.position.head > before + 20 }
        isOver.change { $0 = true }
        let result = try await acknowledged
        #expect(!result.failures.isEmpty && result.events.count > 100 && result.names.count > 100)
        try await check(store, result)
        // Also what was committed and could not be acknowledged has been delivered, once and in order.
        let head = store.position.head
        var offsets: [UInt64] = []
        var batch: [AnyEnvelope] = []
        while offsets.last ?? 0 < head, await tap.next(&batch) { offsets += batch.compactMap(\.header.offset) }
        #expect(offsets == Array(1...head))
        await store.close()
    }

    @Test func `a server that restarts is found again, by writers, readers and listeners`() async throws {
        let cluster = try await PostgresFixture.blocking { try PostgresCluster() }
        var config = try await cluster.makeDatabase()
        config.outageWaitSeconds = 60
        let store = try await PostgresFixture.open(config)
        var notices = store.notices().makeAsyncIterator()
        try await store.append(BallotCast(1), by: author)
        #expect(try await store.query("SELECT 1") == [[.integer(1)]])
        try await PostgresFixture.wait { store.poolStatistics.isListening }

        try await PostgresFixture.blocking { try cluster.stop(mode: "immediate") }
        let failure = await PostgresFixture.error { try await store.append(BallotCast(2), by: author) }
        #expect(failure?.code == .unreachable && failure?.disposition == .retry)
        // Waits for the server to come back.
        async let waiting = store.query("SELECT 2")
        try await PostgresFixture.wait { store.poolStatistics.failedConnects > 0 }
        try await PostgresFixture.blocking { try cluster.start() }
        #expect(try await waiting == [[.integer(2)]])
        try await PostgresFixture.wait {
            await PostgresFixture.error { try await store.append(BallotCast(3), by: author) } == nil
        }
        // What was said meanwhile is lost, so everybody is told to look.
        #expect(await notices.next() == "*")
        #expect(store.poolStatistics.lost > 0)
        await store.close()
        try await PostgresFixture.blocking { cluster.stopForGood() }
    }

    @Test func `a statement that waits for a connection gives up in time`() async throws {
        let cluster = try await PostgresFixture.blocking { try PostgresCluster() }
        var config = try await cluster.makeDatabase()
        config.waitTimeoutSeconds = 0.5
        let store = try await PostgresFixture.open(config)
        try await PostgresFixture.blocking { try cluster.stop(mode: "immediate") }
        let failure = await PostgresFixture.error {
            // The first may find the connection that has just died.
            for _ in 1...2 { _ = try? await store.query("SELECT 1") }
            _ = try await store.query("SELECT 1")
        }
        #expect(failure?.code == .unreachable)
        await store.close()
        try await PostgresFixture.blocking { cluster.stopForGood() }
    }

    @Test func `in a long outage nobody waits, and after it everybody is served`() async throws {
        let cluster = try await PostgresFixture.blocking { try PostgresCluster() }
        var config = try await cluster.makeDatabase()
        config.outageWaitSeconds = 0.2
        let store = try await PostgresFixture.open(config)
        try await PostgresFixture.blocking { try cluster.stop(mode: "immediate") }
        for _ in 1...3 {
            let began = ContinuousClock.now
            let failure = await PostgresFixture.error { _ = try await store.query("SELECT 1") }
            #expect(failure?.code == .unreachable)
            // Well below the time for which statements wait otherwise.
            #expect(began.duration(to: .now) < .seconds(20))
        }
        try await PostgresFixture.blocking { try cluster.start() }
        try await PostgresFixture.wait {
            await PostgresFixture.error { _ = try await store.query("SELECT 1") } == nil
        }
        await store.close()
        try await PostgresFixture.blocking { cluster.stopForGood() }
    }

    @Test func `a statement under way when its connection ends is not sent again, and says so`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        let store = try await PostgresFixture.open(config)
        async let failure = PostgresFixture.error {
            try await store.run("INSERT INTO job_queue (name) SELECT 'a' FROM pg_sleep(60)")
        }
        try await PostgresFixture.wait {
            try PostgresFixture.cluster.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(config.database)' AND wait_event = 'PgSleep'"
            ) == "1"
        }
        try PostgresFixture.cluster.terminateConnections(to: config.database)
        let error = await failure
        #expect(error?.code == .unreachable)
        #expect(error?.debugDescription.contains("not sent again") == true)
        #expect(try await store.query("SELECT count(*) FROM job_queue") == [[.integer(0)]])
        await store.close()
    }

    @Test func `a statement that collides is run again by the pool, a few times`() async throws {
        let store = try await PostgresFixture.open()
        try await store.run("CREATE SEQUENCE tries")
        try await store.run(
            SQL(
                sqlite: "",
                postgres: """
                    CREATE FUNCTION collide(count bigint, state text) RETURNS bigint LANGUAGE plpgsql AS $$
                    DECLARE try bigint := nextval('tries');
                    BEGIN
                        INSERT INTO job_queue (name) VALUES (try::text);
                        IF try <= count THEN RAISE EXCEPTION USING ERRCODE = state; END IF;
                        RETURN try;
                    END $$
                    """
            )
        )
        let collision: SQL = "SELECT collide(?1, ?2)"
        #expect(try await store.run(collision, [.integer(2), .text("40001")]) == [[.integer(3)]])
        #expect(try await store.run(collision, [.integer(5), .text("40P01")]) == [[.integer(6)]])
        #expect(store.poolStatistics.retries == 4)
        // What was undone has left nothing.
        #expect(try await store.query("SELECT name FROM job_queue ORDER BY name") == [[.text("3")], [.text("6")]])
        await store.close()
    }

    @Test func `notices reach the other store, once, and do not come back`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        let first = try await PostgresFixture.open(config)
        let second = try await PostgresFixture.open(config)
        try await PostgresFixture.wait { first.poolStatistics.isListening && second.poolStatistics.isListening }
        var here = first.notices().makeAsyncIterator()
        var there = second.notices().makeAsyncIterator()
        first.post("jobs/media")
        #expect(await here.next() == "jobs/media")
        #expect(await there.next() == "jobs/media")
        // An echo would arrive before the answer.
        second.post("answer")
        #expect(await here.next() == "answer")
        #expect(await there.next() == "answer")
        await first.close()
        await second.close()
    }
}
