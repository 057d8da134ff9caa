import Bus
import Foundation
import GRDB
import Glibc
import TestKit
import Testing
import Threading

@testable import Store

@Suite struct SQLiteDurabilityTests {
    private let folder: TemporaryFolder
    private let config: SQLiteConfig
    private let author = Incarnation(of: "author")

    init() throws {
        folder = try TemporaryFolder()
        config = SQLiteConfig(path: folder.path("store.db"))
    }

    private func makeBus() throws -> EventBus { try EventBus(types: [BallotCast.self, CallLogged.self]) }

    private func open(_ config: SQLiteConfig? = nil, migrations: [Migration] = Migration.all) async throws
        -> SQLiteStore
    {
        try await SQLiteStore.open(config ?? self.config, bus: makeBus(), migrations: migrations)
    }

    private func pragma(_ name: String, of store: SQLiteStore) async throws -> Int64? {
        try await store.commit(by: author) { try $0.rows(SQL(stringLiteral: "PRAGMA \(name)")).first?.first?.integer }
            .value
    }

    // MARK: Durability

    @Test(arguments: SQLiteConfig.Synchronous.allCases)
    func `the writer really syncs as configured`(synchronous: SQLiteConfig.Synchronous) async throws {
        var config = config
        config.synchronous = synchronous
        let store = try await open(config)
        try await store.append(BallotCast(1), by: author)
        #expect(try await pragma("synchronous", of: store) == (synchronous == .full ? 2 : 1))
        #expect(try await pragma("foreign_keys", of: store) == 1)
        await store.close()
    }

    @Test func `every acknowledged event survives five kills, once and without holes`() async throws {
        setenv("STORE_TEST_DATABASE", config.path, 1)
        setenv("STORE_TEST_ACKNOWLEDGED", folder.path("acknowledged"), 1)
        for _ in 1...5 {
            await #expect(processExitsWith: .signal(SIGKILL)) { try await appendUntilKilled() }
        }
        let text = try String(contentsOfFile: folder.path("acknowledged"), encoding: .utf8)
        // The last line of a life may have been cut short by the kill.
        let acknowledged = text.split(separator: "\n").compactMap { line -> (offset: UInt64, id: UUIDv7)? in
            let parts = line.split(separator: " ")
            guard parts.count == 3, parts[2] == "end", let offset = UInt64(parts[0]), let id = UUIDv7(parts[1]) else {
                return nil
            }
            return (offset, id)
        }
        #expect(acknowledged.count >= 500)

        let store = try await open()
        #expect(store.position.head >= UInt64(acknowledged.count) && store.position.oldest == 1)
        var ids: [UInt64: UUIDv7] = [:]
        var next: UInt64 = 1
        while next <= store.position.head {
            let page = try await store.read(.all, from: next)
            for event in page.events { #expect(ids.updateValue(event.header.id, forKey: event.offset) == nil) }
            next = page.next
        }
        #expect(ids.count == Int(store.position.head))
        #expect(Set(ids.values).count == ids.count)
        for entry in acknowledged { #expect(ids[entry.offset] == entry.id) }
        await store.close()
    }

    @Test func `a full disk is told to the callers, and nothing acknowledged is lost`() async throws {
        var small = config
        small.sizeBytesMax = 1024 * 1024
        let store = try await open(small)
        var acknowledged: UInt64 = 0
        var failure: StoreError?
        for number in 1...10_000 {
            do {
                let event = BallotCast(number, padding: String(repeating: "x", count: 2000))
                acknowledged = try await store.append(event, by: author).offset ?? 0
            } catch {
                failure = error
                break
            }
        }
        #expect(failure?.code == .full && failure?.disposition == .retry)
        #expect(acknowledged > 10 && store.position.head == acknowledged)
        #expect(store.statistics.failures == 1)
        await store.close()

        let larger = try await open()
        #expect(larger.position.head == acknowledged)
        #expect(try await larger.read(.all, from: 1).events.count == Int(acknowledged))
        #expect(try await larger.append(BallotCast(0), by: author).offset == acknowledged + 1)
        await larger.close()
    }

    @Test func `a second store on the same folder is told who has it`() async throws {
        let store = try await open()
        let refusal = await #expect(throws: StoreError.self) { _ = try await open() }
        #expect(refusal?.code == .locked)
        #expect(refusal?.description.contains("process \(getpid())") == true)
        await store.close()
        let next = try await open()
        await next.close()
    }

    @Test func `a folder that is missing is said to be unreachable`() async throws {
        let error = await #expect(throws: StoreError.self) {
            _ = try await open(SQLiteConfig(path: folder.path("none/store.db")))
        }
        #expect(error?.code == .unreachable)
    }

    @Test func `a file that is no database is said to be corrupt`() async throws {
        try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: config.path))
        #expect(await #expect(throws: StoreError.self) { _ = try await open() }?.code == .corrupt)
    }

    @Test func `closing leaves all of the log in the file`() async throws {
        let store = try await open()
        try await store.append(BallotCast(1), by: author)
        await store.close()
        let copy = folder.path("copy.db")
        try FileManager.default.copyItem(atPath: config.path, toPath: copy)
        let again = try await open(SQLiteConfig(path: copy))
        #expect(again.position.head == 1)
        await again.close()
    }

    @Test func `a log that does not match its position is refused`() async throws {
        let store = try await open()
        try await store.append(BallotCast(1), by: author)
        await store.close()
        let queue = try DatabaseQueue(path: config.path)
        try await queue.write { try $0.execute(sql: "DELETE FROM event_log") }
        try queue.close()
        #expect(await #expect(throws: StoreError.self) { _ = try await open() }?.code == .corrupt)
    }

    @Test func `a damaged page is found by the thorough check`() async throws {
        let store = try await open()
        let padding = String(repeating: "x", count: 3000)
        for number in 1...50 { try await store.append(BallotCast(number, padding: padding), by: author) }
        await store.close()
        let file = try FileHandle(forUpdating: URL(filePath: config.path))
        let size = try file.seekToEnd()
        // The head of a page in the middle of the file.
        try file.seek(toOffset: size / 2 / 4096 * 4096)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 512))
        try file.close()
        var thorough = config
        thorough.check = .everything
        #expect(await #expect(throws: StoreError.self) { _ = try await open(thorough) }?.code == .corrupt)
    }

    // MARK: Schema

    @Test func `a database of a newer program is refused, and named`() async throws {
        let newer = Migration(id: "9999-from-the-future", sqlite: "CREATE TABLE future (x)", postgres: "")
        let store = try await open(migrations: Migration.all + [newer])
        await store.close()
        let refusal = await #expect(throws: StoreError.self) { _ = try await open() }
        #expect(refusal?.code == .schemaTooNew)
        #expect(refusal?.description.contains("9999-from-the-future") == true)
    }

    @Test func `a database with data is copied before it is migrated`() async throws {
        let store = try await open()
        try await store.append(BallotCast(1), by: author)
        await store.close()
        #expect(try folder.files.filter { $0.contains("before") }.isEmpty)

        let added = Migration(id: "9000-added", sqlite: "CREATE TABLE added (x) STRICT", postgres: "")
        let broken = Migration(id: "9000-added", sqlite: "CREATE TABLE added (x INTEGER) STRICT", postgres: "")
        #expect(
            await #expect(throws: StoreError.self) { _ = try await open(migrations: Migration.all + [added]) }?.code
                == .failed
        )
        let steps = Mutex<[OpenProgress]>([])
        let migrated = try await SQLiteStore.open(
            config,
            bus: makeBus(),
            migrations: Migration.all + [broken],
            onProgress: { step in steps.withLock { $0.append(step) } }
        )
        await migrated.close()
        #expect(steps.withLock { $0.contains(.migrating(id: "9000-added")) && $0.first == .opening })
        let copies = try folder.files.filter { $0.contains("before-9000-added") && !$0.hasSuffix("lock") }
        #expect(copies.count == 2)
        let copy = try await open(SQLiteConfig(path: folder.path(copies[0])))
        #expect(copy.position.head == 1)
        await copy.close()
    }

    @Test func `a database of somebody else is left alone`() async throws {
        let queue = try DatabaseQueue(path: config.path)
        try await queue.write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        try queue.close()
        #expect(await #expect(throws: StoreError.self) { _ = try await open() }?.code == .schemaChanged)
    }

    @Test func `a long log opens without being read`() async throws {
        let store = try await open()
        let batch = try (0..<1000).map { try PendingEvent(BallotCast($0)) }
        for _ in 0..<20 { _ = try await store.append(batch, by: author) }
        await store.close()
        let again = try await open()
        #expect(again.position.count == 20_000)
        let plan = try await again.commit(by: author) { transaction in
            try transaction.rows("EXPLAIN QUERY PLAN SELECT max(log_offset) FROM event_log").map { $0[3].text }
        }
        #expect(plan.value == ["SEARCH event_log"])
        await again.close()
    }

    @Test func `a page looks at so many offsets and says where to go on`() async throws {
        let store = try await open()
        let batch = try (0..<3000).map { try PendingEvent(BallotCast($0)) }
        for _ in 0..<18 { _ = try await store.append(batch, by: author) }
        let last = try await store.append(CallLogged(1), by: author)
        let first = try await store.read(.topic(CallLogged.topic), from: 1)
        #expect(first.events.isEmpty && first.next == 1 + LogPage.scanCountMax && !first.isComplete)
        let second = try await store.read(.topic(CallLogged.topic), from: first.next)
        #expect(second.events.map(\.header) == [last] && second.isComplete)

        // A consumer of the rare type need not read the long stretch again.
        let consumer = Incarnation(of: "consumer")
        let subscription = try DurableSubscription(to: CallLogged.self, as: consumer, in: store)
        var iterator = subscription.makeAsyncIterator()
        #expect(try await iterator.next()?.offset == last.offset)
        #expect(try await store.cursor(subscription.cursorKey) == LogPage.scanCountMax)
        await store.close()
    }
}
