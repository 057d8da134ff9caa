package import Bus
import BusZeroMQ
import JSON

/// What a backup holds, written beside it as JSON.
package struct BackupManifest: Hashable, Sendable {
    package let engine: StoreConfig.Engine
    /// The newest migration in it.
    package let schema: String
    package let takenAt: Timestamp
    /// Rows by table.
    package let counts: [String: Int64]
    package let sizeBytes: Int64
    package let sha256: String

    /// The manifest's name beside a backup.
    package static func path(of backup: String) -> String { backup + ".json" }

    var json: JSONValue {
        [
            "engine": .string(engine.rawValue), "schema": .string(schema), "takenAtNs": .int(takenAt.nanoseconds),
            "takenAt": .string(takenAt.description), "counts": .object(counts.mapValues { .int($0) }),
            "sizeBytes": .int(sizeBytes), "sha256": .string(sha256),
        ]
    }

    init(
        engine: StoreConfig.Engine,
        schema: String,
        takenAt: Timestamp,
        counts: [String: Int64],
        sizeBytes: Int64,
        sha256: String
    ) {
        self.engine = engine
        self.schema = schema
        self.takenAt = takenAt
        self.counts = counts
        self.sizeBytes = sizeBytes
        self.sha256 = sha256
    }

    /// - Returns: `nil` for JSON that is no manifest.
    init?(_ json: JSONValue) {
        guard let engine = json["engine"]?.string.flatMap(StoreConfig.Engine.init(rawValue:)),
            let schema = json["schema"]?.string, let takenAt = json["takenAtNs"]?.int,
            let counts = json["counts"]?.object, let sizeBytes = json["sizeBytes"]?.int,
            let sha256 = json["sha256"]?.string
        else { return nil }
        self.init(
            engine: engine,
            schema: schema,
            takenAt: Timestamp(nanoseconds: takenAt),
            counts: counts.compactMapValues(\.int),
            sizeBytes: sizeBytes,
            sha256: sha256
        )
    }

    /// Reads the manifest beside a backup; blocks.
    ///
    /// - Throws: `DatabaseFailure` when it is missing or not readable.
    static func read(of backup: String) throws(DatabaseFailure) -> BackupManifest {
        let path = path(of: backup)
        do {
            let content = try ConfigFile.read(path, sizeBytesMax: 1_048_576)
            if let manifest = BackupManifest(try JSONValue(parsing: content.bytes)) { return manifest }
        } catch {
            throw DatabaseFailure(.noInput, "\(path) cannot be read: \(error)")
        }
        throw DatabaseFailure(.dataError, "\(path) is no manifest of a backup")
    }
}
