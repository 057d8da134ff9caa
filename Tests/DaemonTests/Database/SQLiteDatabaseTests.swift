import Bus
import Foundation
import Store
import Testing

@testable import Daemon

@Suite struct SQLiteDatabaseTests {
    @Test func `a backup taken while the store writes is whole, and can be tried`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let store = try await fixture.open()
        let file = fixture.path("b/one.sqlite")
        async let writing: Void = {
            for number in 0..<200 { try await store.set(SettingKey<Int>("more-\(number)"), to: number) }
        }()
        let manifest = try fixture.backup().take(to: file)
        try await writing
        await store.close()
        #expect((30...230).contains(manifest.counts["settings"] ?? 0))
        #expect(manifest.schema == Migration.all.last?.id)
        #expect(try BackupManifest.read(of: file) == manifest)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.path("b")).sorted() == [
                "one.sqlite", "one.sqlite.json",
            ]
        )
        let trial = BackupTrial(
            place: try fixture.place,
            cacheFolder: fixture.path("cache"),
            now: { .now },
            onProgress: { _ in }
        )
        #expect(try trial.report(of: file).exitCode == .ok)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("cache")) == [])
        #expect(failure { try fixture.backup().take(to: file) }?.code == .cannotCreate)
    }

    @Test func `a restored database has what the backup had, and the old one is kept`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let file = fixture.path("one.sqlite")
        let manifest = try fixture.backup().take(to: file)
        try fixture.write("DELETE FROM settings")
        #expect(failure { _ = try fixture.restore().restore(from: file) }?.code == .cannotCreate)
        let kept = try #require(try fixture.restore(replaces: true).restore(from: file).kept)
        #expect(FileManager.default.fileExists(atPath: kept))
        let store = try await fixture.open()
        #expect(try await store.setting(SettingKey<Int>("setting-7")) == 7)
        #expect(try await store.query("SELECT count(*) FROM settings").first?[0].integer == manifest.counts["settings"])
        await store.close()
    }

    @Test func `a running station keeps its database from being replaced`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let file = fixture.path("one.sqlite")
        try fixture.backup().take(to: file)
        let store = try await fixture.open()
        #expect(failure { _ = try fixture.restore(replaces: true).restore(from: file) }?.code == .tempFail)
        await store.close()
    }

    @Test func `a damaged backup is refused and changes nothing`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let file = fixture.path("one.sqlite")
        try fixture.backup().take(to: file)
        let handle = try #require(FileHandle(forUpdatingAtPath: file))
        try handle.seek(toOffset: 9000)
        try handle.write(contentsOf: Data(repeating: 0xAA, count: 64))
        try handle.close()
        let before = try TableShape.counts(try fixture.place.connect())
        #expect(failure { _ = try fixture.restore(replaces: true).restore(from: file) }?.code == .dataError)
        #expect(try TableShape.counts(try fixture.place.connect()) == before)
        try FileManager.default.removeItem(atPath: BackupManifest.path(of: file))
        #expect(failure { _ = try fixture.restore(replaces: true).restore(from: file) }?.code == .noInput)
    }

    @Test func `the keeper takes a backup and removes what is too old`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let folder = fixture.path("state/backups")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let old = "nightly-20200101T020000Z.sqlite"
        for name in [old, old + ".json", "mine.sqlite"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let report = try await BackupKeeper(try fixture.place, try fixture.config).backUpAndPrune()
        #expect(report.removed == [old])
        let name = BackupFile.name(of: report.path)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "mine.sqlite", name, name + ".json",
            ]
        )
        let status = try DatabaseStatus(place: fixture.place, backupFolder: folder).report()
        #expect(status.lines.contains("in use by    nobody") && status.lines.contains("last backup  \(name)"))
    }

    @Test func `a sound database passes every check`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let results = try fixture.check()
        #expect(results.count == DatabaseCheck.rules.count + 1)
        #expect(results.filter { !$0.findings.isEmpty } == [])
    }

    @Test(arguments: [
        ("UPDATE job_limit SET running = 2", "limits count the jobs that run under them", true),
        ("INSERT INTO consumer_cursor VALUES ('c', 99, 0)", "no consumer is ahead of the event log", true),
        ("UPDATE log_position SET head = 5", "the event log reaches from its oldest to its newest offset", false),
        (
            """
            INSERT INTO job (id, queue, kind, state, run_at, payload, limit_key, inserted_at)
            VALUES (x'00', 'media', 'k', 'available', 0, '{}', 'nowhere', 0)
            """, "jobs with a limit have that limit", false
        ),
        (
            """
            INSERT INTO job (id, queue, kind, state, run_at, payload, parent, inserted_at)
            VALUES (x'00', 'media', 'k', 'available', 0, '{}', x'01', 0)
            """, "unfinished jobs have their parent", false
        ),
    ])
    func `a check finds what does not fit, and mends what can be counted`(
        damage: String,
        rule: String,
        isMended: Bool
    ) async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        try fixture.write(damage)
        #expect(try fixture.check().filter { !$0.isGood }.map(\.rule) == [rule])
        let repaired = try fixture.check(repairs: true).filter { !$0.findings.isEmpty }
        #expect(repaired.map(\.rule) == [rule] && repaired.map(\.isRepaired) == [isMended])
        #expect(try fixture.check().allSatisfy(\.isGood) == isMended)
    }

    @Test func `messages that lost their queue, and ids that would come again, are found`() async throws {
        let fixture = try DatabaseFixture()
        try await fixture.fill()
        let connection = try fixture.place.connect(.readWrite)
        try connection.rows("PRAGMA foreign_keys = OFF")
        try connection.rows("INSERT INTO message VALUES ('compute_signals', 7, 0, 0, 0, '{}', NULL)")
        try connection.rows("UPDATE message_queue SET last_msg_id = 1")
        try connection.rows("INSERT INTO message VALUES ('gone', 1, 0, 0, 0, '{}', NULL)")
        let wrong = try fixture.check().filter { !$0.isGood }
        #expect(
            wrong.map(\.rule) == [
                "pages, indexes and references are whole", "messages have their queue",
                "message ids go on behind the last",
            ]
        )
        #expect(wrong.map { $0.findings.count } == [1, 1, 1])
    }

    @Test func `a database of somebody else is not touched`() async throws {
        let fixture = try DatabaseFixture()
        try Data().write(to: URL(fileURLWithPath: fixture.path("state/station.sqlite")))
        try fixture.write("CREATE TABLE theirs (id INTEGER)")
        #expect(failure { _ = try SchemaState(try fixture.place.connect()) }?.code == .config)
    }
}
