import Bus
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed")) struct PostgresOpeningTests {
    private func refusal(_ config: PostgresConfig, migrations: [Migration] = Migration.all) async -> StoreError? {
        await PostgresFixture.error {
            let store = try await PostgresFixture.open(config, migrations: migrations)
            await store.close()
        }
    }

    @Test(arguments: 1...5)
    func `stores that open at once migrate once`(round: Int) async throws {
        let config = try PostgresFixture.cluster.makeEmptyDatabase()
        let migrated = Shared<[String]>([])
        try await withThrowingTaskGroup(of: PostgresStore.self) { group in
            for _ in 0..<(2 * round) {
                group.addTask {
                    try await PostgresStore.open(
                        config,
                        bus: PostgresFixture.makeBus(),
                        onProgress: { step in
                            if case .migrating(let id) = step { migrated.change { $0.append(id) } }
                        }
                    )
                }
            }
            for try await store in group { await store.close() }
        }
        #expect(migrated.value == Migration.all.map(\.id))
        let applied = try await PostgresStore.appliedMigrations(config)
        #expect(applied.map(\.id) == Migration.all.map(\.id))
        #expect(applied.map(\.checksum) == Migration.all.map(\.checksum))
    }

    @Test func `a database of a newer program is refused, and named`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        let newer = Migration(id: "9999-from-the-future", sqlite: "", postgres: "CREATE TABLE future (x integer)")
        #expect(await refusal(config, migrations: Migration.all + [newer]) == nil)
        let error = await refusal(config)
        #expect(error?.code == .schemaTooNew && error?.description.contains("9999-from-the-future") == true)
    }

    @Test func `a migration that fails leaves nothing of itself`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        let broken = Migration(
            id: "9000-broken",
            sqlite: "",
            postgres: "CREATE TABLE half (x integer); CREATE TABLE half (x integer);"
        )
        #expect(await refusal(config, migrations: Migration.all + [broken])?.code == .failed)
        #expect(await refusal(config) == nil)
        #expect(try await PostgresStore.appliedMigrations(config).count == Migration.all.count)
        let store = try await PostgresFixture.open(config)
        #expect(try await store.query("SELECT to_regclass('half') IS NULL") == [[.integer(1)]])
        await store.close()
    }

    @Test func `a migration that was edited is refused`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        var edited = Migration.all
        edited[1] = Migration(id: edited[1].id, sqlite: edited[1].sqlite, postgres: "SELECT 1")
        #expect(await refusal(config, migrations: edited)?.code == .schemaChanged)
    }

    @Test func `a database of somebody else is left alone`() async throws {
        let config = try PostgresFixture.cluster.makeEmptyDatabase()
        try PostgresFixture.cluster.sql("CREATE TABLE theirs (x integer)", in: config.database)
        #expect(await refusal(config)?.code == .schemaChanged)
        let tables = try PostgresFixture.cluster.sql(
            "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'",
            in: config.database
        )
        #expect(tables == "theirs")
    }

    @Test func `a log that does not match its position is refused`() async throws {
        let config = try await PostgresFixture.cluster.makeDatabase()
        let store = try await PostgresFixture.open(config)
        try await store.append(BallotCast(1), by: PostgresFixture.author)
        await store.close()
        try PostgresFixture.cluster.sql("DELETE FROM event_log", in: config.database)
        #expect(await refusal(config)?.code == .corrupt)
    }

    @Test func `a server that is not there is said to be unreachable, soon`() async throws {
        var config = try PostgresFixture.cluster.config("postgres", overTCP: true)
        config.port = 1
        #expect(await refusal(config)?.code == .unreachable)
        config.host = "/nowhere"
        let error = await refusal(config)
        #expect(error?.code == .unreachable && error?.disposition == .retry)
    }

    @Test func `a database that is not there is named`() async throws {
        let error = await refusal(try PostgresFixture.cluster.config("nothing_here"))
        #expect(error?.code == .noSuchDatabase && error?.description.contains("nothing_here") == true)
    }

    @Test func `a user who is not let in is named, and the password is not`() async throws {
        let cluster = try await PostgresFixture.blocking {
            let cluster = try PostgresCluster()
            try cluster.sql("CREATE ROLE listener LOGIN PASSWORD 'the right one'")
            try cluster.reload([], hostRules: ["local all all trust", "host all all 127.0.0.1/32 scram-sha-256"])
            return cluster
        }
        var config = cluster.config("postgres", overTCP: true)
        config.user = "listener"
        // The reload has no end that could be waited for, so it is asked until it holds.
        try await PostgresFixture.wait { await refusal(config)?.code == .accessDenied }
        config.password = "hunter2-wrong"
        let error = await refusal(config)
        #expect(error?.code == .accessDenied && error?.disposition == .fail)
        #expect(error?.description.contains("listener") == true && error?.description.contains("postgres") == true)
        for text in ["\(config)", String(reflecting: config), String(describing: error), error.debugDescription] {
            #expect(!text.contains("hunter2"))
        }
        var output = ""
        dump(config, to: &output)
        #expect(!output.contains("hunter2"))
        config.password = "the right one"
        // Let in, this user may not make tables: another refusal.
        #expect(await refusal(config)?.code != .accessDenied)
        try await PostgresFixture.blocking { cluster.stopForGood() }
    }

    @Test func `a server without encryption is refused when that is required`() async throws {
        var config = try PostgresFixture.cluster.config("postgres", overTCP: true)
        for mode: PostgresConfig.TLSMode in [.require, .verifyFull] {
            config.tls = mode
            let error = await refusal(config)
            #expect(error?.code == .insecure && error?.disposition == .fail)
            #expect(error?.description.contains("sslmode=\(mode.rawValue)") == true)
        }
    }

    @Test func `commits wait for the disk unless they need not`() async throws {
        for (mode, setting) in [(PostgresConfig.SynchronousCommit.full, "on"), (.off, "off")] {
            let store = try await PostgresFixture.open { $0.synchronousCommit = mode }
            let shown: SQL = "SELECT current_setting('synchronous_commit')"
            #expect(try await store.query(shown) == [[.text(setting)]])
            let rows = try await store.commit(by: PostgresFixture.author) { try $0.rows(shown) }
            #expect(rows.value == [[.text(setting)]])
            await store.close()
        }
    }
}
