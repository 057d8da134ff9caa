/// How a daemon works on its queues.
package struct JobRunnerSettings: Hashable, Sendable {
    /// One queue that this daemon works on.
    package struct Lane: Hashable, Sendable {
        package let queue: QueueName
        /// Jobs of it that run here at the same time.
        package var slots: Int

        package init(_ queue: QueueName, slots: Int = 5) {
            self.queue = queue
            self.slots = slots
        }
    }

    package var lanes: [Lane]
    /// The machine's name, for people to read.
    package var host = ""
    /// How long a job is this worker's without a heartbeat; heartbeats go out three times as often.
    package var lease: Duration = .seconds(30)
    /// The regular look at each queue, for what no notice told of.
    package var pollInterval: Duration = .seconds(1)
    /// The most jobs of one claim.
    package var claimMax = 32
    /// How long running jobs may go on when the daemon stops, before they are cancelled and handed back.
    package var stopGrace: Duration = .seconds(10)
    /// How long a cancelled job may take to end.
    package var cancelGrace: Duration = .seconds(5)

    package init(lanes: [Lane]) { self.lanes = lanes }
}
