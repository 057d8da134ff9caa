import Bus
import Foundation
import Store
import StorePostgres
import TestKit
import Testing

/// Figures to compare with, printed when asked for: `CRYPTOCALL_MEASURE=1 swift test -c release`.
@Suite(
    .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"),
    .enabled(if: ProcessInfo.processInfo.environment["CRYPTOCALL_MEASURE"] != nil, "set CRYPTOCALL_MEASURE to measure"),
    .serialized
)
struct PostgresMeasurements {
    private func measure(
        _ name: String,
        tasks: Int,
        each count: Int,
        weight: Int = 1,
        _ body: @escaping @Sendable () async throws -> Void
    )
        async throws
    {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks { group.addTask { for _ in 0..<count { try await body() } } }
            try await group.waitForAll()
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        print("\(name): \(Int(Double(tasks * count * weight) / seconds))/s")
        #expect(seconds > 0)
    }

    @Test(arguments: [PostgresConfig.SynchronousCommit.off, .full])
    func `statements and events in a second`(mode: PostgresConfig.SynchronousCommit) async throws {
        for connections in [1, 4] {
            let store = try await PostgresFixture.open { config in
                config.synchronousCommit = mode
                config.connectionsMax = connections
            }
            try await store.run("CREATE TABLE row (a text, b double precision, c json)")
            let insertion: SQL = "INSERT INTO row VALUES (?1, ?2, ?3)"
            let values: [SQLValue] = [.text("text"), .real(1.5), .text(#"{"some": "json of 32 bytes"}"#)]
            let name = "synchronous_commit \(mode.setting), \(connections) connections"
            _ = try await store.query("SELECT 1")
            try await measure("\(name), select 1, 1 task", tasks: 1, each: 5000) {
                _ = try await store.query("SELECT 1")
            }
            try await measure("\(name), select 1, 64 tasks", tasks: 64, each: 2000) {
                _ = try await store.query("SELECT 1")
            }
            try await measure("\(name), insert, 1 task", tasks: 1, each: 3000) {
                try await store.run(insertion, values)
            }
            try await measure("\(name), insert, 64 tasks", tasks: 64, each: 1000) {
                try await store.run(insertion, values)
            }
            if connections == 1 { try await measureEvents(store, "synchronous_commit \(mode.setting)") }
            await store.close()
        }
    }

    private func measureEvents(_ store: PostgresStore, _ name: String) async throws {
        let author = PostgresFixture.author
        try await measure("\(name), append, 1 task", tasks: 1, each: 2000) {
            try await store.append(BallotCast(1), by: author)
        }
        try await measure("\(name), append, 64 tasks", tasks: 64, each: 1000) {
            try await store.append(BallotCast(1), by: author)
        }
        let batch = try (0..<100).map { try PendingEvent(BallotCast($0)) }
        try await measure("\(name), append 100 at once, 4 tasks", tasks: 4, each: 200, weight: 100) {
            _ = try await store.append(batch, by: author)
        }
        let key = SettingKey<Int>("n")
        try await measure("\(name), commit of an event and a setting, 64 tasks", tasks: 64, each: 300) {
            _ = try await store.commit(by: author) { transaction in
                try transaction.append(BallotCast(1))
                try transaction.set(key, to: 1)
            }
        }
    }
}
