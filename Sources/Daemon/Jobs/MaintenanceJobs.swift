import Bus
import Jobs
import Logging
import Telemetry

/// What the station does for itself at certain times.
struct MaintenanceJobs: Sendable {
    let config: LoadedConfig
    let environment: [String: String]
    private let logger = Logger(label: "store")

    init(config: LoadedConfig, environment: [String: String]) {
        self.config = config
        self.environment = environment
    }

    private static let queue: QueueName = "maintenance"
    private static let backupKind = "back-up-database"

    var handlers: [JobHandler] {
        [
            JobHandler(
                kind: Self.backupKind,
                queue: Self.queue,
                timeout: .seconds(4 * 3600),
                retry: RetryPolicy(base: .seconds(60))
            ) { [config, environment, logger] _, _ in
                let place = try await offPool { Result { try DatabasePlace(config, environment: environment) } }.get()
                let report = try await BackupKeeper(place, config).backUpAndPrune()
                logger.notice(
                    "the database is backed up",
                    metadata: [LogKey.path: "\(report.path)", LogKey.count: "\(report.removed.count)"]
                )
                let result = try EventCodec.encode(["path": report.path])
                return .completed(result: String(decoding: result, as: UTF8.self))
            }
        ]
    }

    /// The schedules that the program itself has.
    var schedules: [ScheduleDefinition] {
        let backup = config.configuration.store.backup
        guard backup.enabled, let cron = Self.dailyCron(at: backup.at) else { return [] }
        return [
            ScheduleDefinition(name: Self.backupSchedule, cron: cron, queue: Self.queue, kind: Self.backupKind)
        ]
    }

    /// The names of those that the settings have turned off.
    var retiredSchedules: [String] { schedules.isEmpty ? [Self.backupSchedule] : [] }

    private static let backupSchedule = "nightly-backup"

    /// `02:00` as five fields.
    static func dailyCron(at time: String) -> String? {
        let parts = time.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else { return nil }
        return "\(parts[1]) \(parts[0]) * * *"
    }
}
