import Jobs

/// The `[jobs]` section: what this daemon works on, and how long jobs are kept.
package struct JobsConfig: ConfigSection {
    /// The queues that this daemon works on; empty for all.
    package var runs: [String] = []
    /// Jobs of one queue that run here at the same time.
    package var slots = 5
    /// Workflows that run here at the same time; those that wait take no slot.
    package var workflowSlots = 100
    /// How long a job stays this daemon's when it stops answering.
    package var leaseSeconds = 30.0
    /// How long running jobs may go on when the daemon stops.
    package var stopGraceSeconds = 8.0
    package var keepCompletedHours = 24
    package var keepFailedDays = 7

    package init() {}

    package func problems() -> [ConfigProblem] {
        let names = runs.enumerated().filter { QueueName($0.element) == nil }.map { index, name in
            ConfigProblem.invalid(ConfigPath("runs").index(index), "\(TOMLText.string(name)) is no queue's name")
        }
        return names
            + ConfigProblem.range("slots", slots, 1...1000)
            + ConfigProblem.range("workflow_slots", workflowSlots, 1...1000)
            + ConfigProblem.range("lease_seconds", leaseSeconds, 1...3600)
            + ConfigProblem.range("stop_grace_seconds", stopGraceSeconds, 0...600)
            + ConfigProblem.range("keep_completed_hours", keepCompletedHours, 1...87_600)
            + ConfigProblem.range("keep_failed_days", keepFailedDays, 1...3650)
    }
}
