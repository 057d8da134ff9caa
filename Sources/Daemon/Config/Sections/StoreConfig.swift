/// The `[store]` section: the event log on disk.
package struct StoreConfig: ConfigSection {
    package enum Synchronous: String, ConfigChoice {
        /// What was acknowledged survives a power failure.
        case full
        /// What was acknowledged survives a crash of the program, and mostly one of the machine.
        case normal
    }

    package var synchronous = Synchronous.full
    /// Events written in one transaction at most.
    package var groupCommitMax = 4096
    package var retentionDays = 30
    /// Beyond this size the oldest events go first, whatever their age.
    package var retentionSizeMb = 2048

    package static var reloadableKeys: Set<String> { ["retention_days", "retention_size_mb"] }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("group_commit_max", groupCommitMax, 1...65_536)
            + ConfigProblem.range("retention_days", retentionDays, 1...36_500)
            + ConfigProblem.range("retention_size_mb", retentionSizeMb, 1...10_000_000)
    }
}
