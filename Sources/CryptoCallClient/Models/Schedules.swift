/// The result of `schedules.list`.
public struct ScheduleList: Codable, Hashable, Sendable {
    public let schedules: [ScheduleLine]
}

/// One schedule.
public struct ScheduleLine: Codable, Hashable, Sendable {
    public struct Run: Codable, Hashable, Sendable {
        public let fireAt: String
        public let job: String
        /// Absent when the job has been removed.
        public let state: String?
    }

    public let name: String
    public let cron: String
    public let timeZone: String
    public let queue: String
    public let kind: String
    /// `skip`, `once` or `all`.
    public let catchUp: String
    /// `skip`, `queue_one` or `allow`.
    public let overlap: String
    /// `code` or `operator`.
    public let origin: String
    public let nextAt: String?
    public let lastAt: String?
    public let lastJob: String?
    public let pausedAt: String?
    /// Only in the result of `schedules.show`: the latest runs.
    public let runs: [Run]?
}

/// The result of `schedules.run`.
public struct ScheduleRan: Codable, Hashable, Sendable {
    public let name: String
    public let job: String
}

/// The result of `schedules.remove`.
public struct ScheduleRemoved: Codable, Hashable, Sendable {
    public let name: String
}
