import Bus
import Foundation
import Store

@testable import Daemon

/// A station's home with a SQLite database, removed at the end of its test.
final class DatabaseFixture: Sendable {
    let home: URL

    init() throws {
        home = FileManager.default.temporaryDirectory.appending(path: "database-\(UUID().uuidString)")
        for folder in ["etc", "state", "cache"] {
            try FileManager.default.createDirectory(
                at: home.appending(path: folder),
                withIntermediateDirectories: true
            )
        }
    }

    deinit { try? FileManager.default.removeItem(at: home) }

    func path(_ name: String) -> String { home.appending(path: name).path }

    var config: LoadedConfig {
        get throws {
            let request = ConfigRequest(home: home.path, environment: [:], workingDirectory: "/")
            let report = ConfigLoader(request).load()
            guard let config = report.usable else { throw DatabaseFailure(.config, report.text) }
            return config
        }
    }

    var place: DatabasePlace {
        get throws { try DatabasePlace(config, environment: [:]) }
    }

    var sqlite: SQLiteConfig? {
        get throws { if case .sqlite(let config) = try place { config } else { nil } }
    }

    func open() async throws -> any Storage {
        let opening = StoreOpening(place: try place, backupFolder: path("state/backups"), onProgress: { _ in })
        return try await opening.open(bus: try EventBus(types: []))
    }

    /// A database with a few rows in several tables.
    func fill() async throws {
        let store = try await open()
        for number in 1...30 { try await store.set(SettingKey<Int>("setting-\(number)"), to: number) }
        try await store.run("INSERT INTO job_limit (queue, limit_key, running_max) VALUES ('media', 'a', 3)")
        await store.close()
    }

    func write(_ sql: String) throws {
        let connection = try place.connect(.readWrite)
        try connection.rows(sql)
    }

    func backup() throws -> DatabaseBackup { DatabaseBackup(try place) }

    func restore(replaces: Bool = false) throws -> DatabaseRestore {
        DatabaseRestore(
            place: try place,
            backupFolder: path("state/backups"),
            replaces: replaces,
            now: { .now },
            onProgress: { _ in }
        )
    }

    func check(repairs: Bool = false) throws -> [DatabaseCheck.Result] {
        try DatabaseCheck(place: place, repairs: repairs, onProgress: { _ in }).run()
    }
}

/// What a call fails with; `nil` when it does not.
func failure(of body: () throws -> Void) -> DatabaseFailure? {
    do {
        try body()
        return nil
    } catch {
        return DatabaseFailure(error)
    }
}
