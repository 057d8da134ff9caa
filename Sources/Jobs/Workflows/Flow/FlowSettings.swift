package import Logging

/// What all runs of a process share.
package struct FlowSettings: Sendable {
    /// For waits within a run; what is recorded goes by the database's clock.
    package var clock: any Clock<Duration> = ContinuousClock()
    /// The start of a step that is no longer than this is not recorded by itself.
    ///
    /// It saves a transaction for each quick step. Nothing is decided by it: an attempt that broke off is made again
    /// whether or not its start is known, and steps that may not be repeated always record their start first.
    package var startRecordedAfter: Duration = .milliseconds(100)
    /// How often a running step looks whether its run was cancelled or taken over.
    package var lookEvery: Duration = .seconds(2)
    /// Longer waits between attempts give the worker back.
    package var waitInPlaceMax: Duration = .seconds(10)
    package var probe = WorkflowProbe()
    /// 0 to 1.
    package var random: @Sendable () -> Double = { .random(in: 0...1) }
    package var logger = Logger(label: "workflows")

    package init() {}
}

/// Places in the life of a run where a test or a drill may break it.
///
/// Empty in production.
package struct WorkflowProbe: Sendable {
    package enum Point: Hashable, Sendable {
        /// The run was taken up, nothing else was done.
        case afterClaim
        /// A step's start is recorded where it has to be, its effect not begun.
        case beforeEffect(step: String)
        /// A step has had its effect, which is not recorded.
        case afterEffect(step: String)
        /// A step's result is recorded, the code does not have it yet.
        case afterRecord(step: String)
        /// A wait is recorded, the worker not free yet.
        case afterParking
        /// The run's end is recorded, its job does not know it yet.
        case afterFinish
    }

    /// Throws, or does not return, to break the run here.
    package var reached: (@Sendable (Point) throws -> Void)?

    package init(_ reached: (@Sendable (Point) throws -> Void)? = nil) { self.reached = reached }

    func pass(_ point: Point) throws(FlowEnding) {
        guard let reached else { return }
        do {
            try reached(point)
        } catch {
            throw .hindered("probe: \(error)")
        }
    }
}
