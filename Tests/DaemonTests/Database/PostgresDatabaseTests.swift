import Bus
import Foundation
import Jobs
import Store
import StorePostgres
import TestKit
import Testing

@testable import Daemon

@Suite(
    .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"),
    .serialized,
    .timeLimit(.minutes(2))
)
struct PostgresDatabaseTests {
    private let fixture: DatabaseFixture

    init() throws { fixture = try DatabaseFixture() }

    private func open(_ config: PostgresConfig) async throws -> any Storage {
        let opening = StoreOpening(
            place: .postgres(config),
            backupFolder: fixture.path("backups"),
            onProgress: { _ in }
        )
        return try await opening.open(bus: try EventBus(types: []))
    }

    private func fill(_ config: PostgresConfig) async throws {
        let store = try await open(config)
        for number in 1...20 { try await store.set(SettingKey<Int>("setting-\(number)"), to: number) }
        let message = OutgoingMessage(#"{"text": "a\nb\\c"}"#)
        try await MessageQueues(store: store).send(contentsOf: [message, message], to: .computeSignals)
        await store.close()
    }

    private func restore(_ config: PostgresConfig, replaces: Bool = false) -> DatabaseRestore {
        DatabaseRestore(
            place: .postgres(config),
            backupFolder: fixture.path("backups"),
            replaces: replaces,
            now: { .now },
            onProgress: { _ in }
        )
    }

    @Test func `a dump is checked, tried, and restored into an empty database`() async throws {
        let cluster = try PostgresCluster.shared.get()
        let config = try await cluster.makeDatabase()
        try await fill(config)
        let file = fixture.path("one.pgdump")
        let manifest = try DatabaseBackup(.postgres(config)).take(to: file)
        #expect(manifest.counts["settings"] == 20 && manifest.counts["message"] == 2)
        let trial = BackupTrial(place: .postgres(config), cacheFolder: "", now: { .now }, onProgress: { _ in })
        #expect(try trial.report(of: file).exitCode == .ok)
        let leftovers = "SELECT count(*) FROM pg_database WHERE datname LIKE '\(config.database)_trial%'"
        #expect(try cluster.sql(leftovers) == "0")

        let empty = try cluster.makeEmptyDatabase()
        #expect(try restore(empty).restore(from: file).kept == nil)
        let store = try await open(empty)
        #expect(try await store.setting(SettingKey<Int>("setting-7")) == 7)
        #expect(try await MessageQueues(store: store).send(OutgoingMessage("{}"), to: .computeSignals) == 3)
        #expect(failure { _ = try restore(empty, replaces: true).restore(from: file) }?.code == .tempFail)
        await store.close()
        #expect(failure { _ = try restore(empty).restore(from: file) }?.code == .cannotCreate)
        let kept = try #require(try restore(empty, replaces: true).restore(from: file).kept)
        #expect(try BackupManifest.read(of: kept).counts["message"] == 3)
        #expect(try TableShape.counts(try DatabasePlace.postgres(empty).connect()) == manifest.counts)
    }

    @Test func `a check finds and mends a counter on PostgreSQL too`() async throws {
        let cluster = try PostgresCluster.shared.get()
        let config = try await cluster.makeDatabase()
        func check(repairs: Bool = false) throws -> [DatabaseCheck.Result] {
            try DatabaseCheck(place: .postgres(config), repairs: repairs, onProgress: { _ in }).run()
        }
        #expect(try check().filter { !$0.findings.isEmpty } == [])
        try cluster.sql(
            "INSERT INTO job_limit (queue, limit_key, running_max, running) VALUES ('m', 'a', 3, 2)",
            in: config.database
        )
        try cluster.sql("INSERT INTO cmq.message VALUES ('gone', 1, 0, 0, 0, '{}')", in: config.database)
        #expect(
            try check(repairs: true).filter { !$0.isGood }.map(\.rule) == ["messages have their queue"]
        )
        #expect(try cluster.sql("SELECT running FROM job_limit", in: config.database) == "0")
    }

    /// A SQLite home with rows in many tables, whose ids do not begin at the beginning.
    private func fillHome() async throws {
        let store = try await fixture.open()
        for number in 1...700 { try await store.set(SettingKey<String>("s\(number)"), to: "ä\n\(number)") }
        let queues = MessageQueues(store: store)
        try await queues.create("mine")
        let bodies = (1...50).map {
            OutgoingMessage("{\"b\": \($0).0, \"a\": [1e2, null]}", headers: #"{"z":1,"a":2}"#)
        }
        try await queues.send(contentsOf: bodies, to: "mine")
        try await queues.delete(Array(1...10), from: "mine")
        let message = try #require(try await queues.read("mine", visibilitySeconds: 30).first)
        #expect(try await queues.bury(message, in: "mine", reason: "bad"))
        let jobs = JobQueue(store: store)
        for number in 1...20 {
            var request = JobRequest(queue: "media", kind: "k", payload: "{\"n\":\(number)}")
            request.limit = JobLimit(key: "user", runningMax: 2)
            try await jobs.enqueue(request)
        }
        for number in 1...3 {
            try await store.record(
                Activity(time: .now, caller: "me", role: "admin", action: "a\(number)", outcome: "ok", detail: "{}")
            )
        }
        let time: Int64 = 1_790_000_000_000_000_000
        for number: UInt64 in 1...30 {
            let id = SQLValue(UUIDv7(high: 1, low: number))
            try await store.run(
                """
                INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
                VALUES (?1, ?2, 'Ann', 'x', 'client', 'free', ?3, ?3)
                """,
                [id, .text("a\(number)@example.org"), .integer(time)]
            )
            let picture = [UInt8](repeating: UInt8(number), count: 300_000)
            try await store.run(
                "INSERT INTO user_avatar (user_id, format, content, content_hash, updated_at) VALUES (?1, 'png', ?2, ?3, ?4)",
                [id, .blob(picture), .blob([1, 2, 3]), .integer(time)]
            )
        }
        for row in PostgresDatabaseTests.history { try await store.run(SQL(stringLiteral: row)) }
        await store.close()
    }

    /// Numbers that the engines keep in different ways.
    private static let history = [
        "INSERT INTO market_series (pair, interval, source) VALUES ('WTI-USD', '1h', 'fred')",
        """
        INSERT INTO ohlcv (series, open_time, is_suspect, open, high, low, close, volume)
        VALUES (1, 3600000000000, 1, '17.73', '123456789012345678901234567890.123456', '-40.32', '-36.98',
            '0.000000000000000000000000000001')
        """,
        """
        INSERT INTO defi_protocol (slug, as_of, chain, name, tvl)
        VALUES ('a', 1, 'b', 'c', '0.1'), ('b', 1, 'b', 'c', NULL)
        """,
        """
        INSERT INTO news_item (id, url, title, content, source, published_at, stored_at, sentiment_score,
            sentiment_label, sentiment_method)
        VALUES (x'00000000000000010000000000000001', 'u1', 't', '', 's', 1, 2, 0.25, 'positive', 'keyword'),
            (x'00000000000000010000000000000002', 'u2', 't', '', 's', 1, 2, -1, 'very_negative', 'keyword'),
            (x'00000000000000010000000000000003', 'u3', 't', '', 's', 1, 2, NULL, NULL, NULL)
        """,
        "INSERT INTO news_mention (symbol, published_at, news) VALUES ('BTC', 1, x'00000000000000010000000000000002')",
    ]

    private func move(to target: PostgresConfig) throws -> DatabaseMove {
        DatabaseMove(source: try #require(try fixture.sqlite), target: target, onProgress: { _ in })
    }

    @Test func `a move carries every row over, and ids go on behind the last`() async throws {
        try await fillHome()
        let target = try await PostgresCluster.shared.get().makeDatabase()
        let moved = try move(to: target).move()
        let counts = Dictionary(moved.map { ($0.table, $0.source.rowCount) }, uniquingKeysWith: { first, _ in first })
        #expect(counts["settings"] == 700 && counts["message"] == 39 && counts["message_archive"] == 1)
        #expect(counts["user_account"] == 30 && counts["user_avatar"] == 30)
        #expect(counts["ohlcv"] == 1 && counts["defi_protocol"] == 2 && counts["news_item"] == 3)
        #expect(counts["news_mention"] == 1)
        #expect(counts["job"] == 20 && counts["job_limit"] == 1 && counts["activity_log"] == 3)
        let isSame = moved.allSatisfy { $0.isSame }
        #expect(isSame)

        let store = try await open(target)
        #expect(try await store.setting(SettingKey<String>("s700")) == "ä\n700")
        #expect(try await MessageQueues(store: store).send(OutgoingMessage("{}"), to: "mine") == 51)
        let series = "INSERT INTO market_series (pair, interval, source) VALUES ('A-B', '1h', 's') RETURNING id"
        #expect(try await store.run(SQL(stringLiteral: series)).first?.first?.int == 2)
        #expect(try await MessageQueues(store: store).deadLetters(in: "mine").map(\.reason) == ["bad"])
        try await store.record(Activity(time: .now, caller: "me", role: "admin", action: "b", outcome: "ok"))
        #expect(try await store.activities(before: nil, limit: 10).map(\.id) == [4, 3, 2, 1])
        await store.close()
        #expect(failure { _ = try move(to: target).move() }?.code == .cannotCreate)
    }

    @Test func `a move that fails leaves the target empty, and can be started again`() async throws {
        try await fillHome()
        let cluster = try PostgresCluster.shared.get()
        let target = try await cluster.makeDatabase()
        // The target refuses one of the last rows.
        try cluster.sql("ALTER TABLE settings ADD CONSTRAINT refusal CHECK (key <> 's699')", in: target.database)
        #expect(failure { _ = try move(to: target).move() } != nil)
        #expect(
            try cluster.sql("SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM settings)", in: target.database)
                == "0"
        )
        try cluster.sql("ALTER TABLE settings DROP CONSTRAINT refusal", in: target.database)
        let moved = try move(to: target).move()
        #expect(moved.first { $0.table == "settings" }?.target.rowCount == 700)
    }

    @Test func `a move wants the source for itself`() async throws {
        try await fillHome()
        let target = try await PostgresCluster.shared.get().makeDatabase()
        let store = try await fixture.open()
        #expect(failure { _ = try move(to: target).move() }?.code == .tempFail)
        await store.close()
    }

    @Test func `a server that lets nobody in is told with user, database and host`() async throws {
        let cluster = try PostgresCluster.shared.get()
        let missing = failure { _ = try DatabasePlace.postgres(cluster.config("nowhere")).connect() }
        #expect(missing?.code == .unavailable)
        #expect(missing?.text.contains("nowhere") == true && missing?.text.contains("createdb") == true)
        var stranger = cluster.config("postgres")
        stranger.user = "stranger"
        let refused = failure { _ = try DatabasePlace.postgres(stranger).connect() }
        #expect(refused?.code == .noPermission)
        for word in ["stranger", "postgres", cluster.folder] {
            #expect(refused?.text.contains(word) == true, "\(word)")
        }
        var nobody = cluster.config("postgres", overTCP: true)
        nobody.port = 1
        #expect(failure { _ = try DatabasePlace.postgres(nobody).connect() }?.code == .ioError)
    }
}
