import Actors
import Bus
import Domain
import Logging
import Telemetry
import Threading

/// Turns what happens in the supervision tree into events, metrics and log lines.
///
/// Called on whatever thread caused the report, and never waits.
final class SupervisionReporting: Sendable {
    private let bus: EventBus
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "supervision")
    private let root: ActorName
    private let onRootReady: @Sendable () -> Void
    /// When a child failed, until its successor is ready.
    private let failedAt = Mutex<[ActorName: Moment]>([:])

    private static let source: ActorName = "supervision"

    /// `onRootReady` is called when all children of `root`, the top of the tree, are up for the first time.
    init(bus: EventBus, metrics: MetricsRegistry, root: ActorName, onRootReady: @escaping @Sendable () -> Void) {
        self.bus = bus
        self.metrics = metrics
        self.root = root
        self.onRootReady = onRootReady
    }

    func observe(_ report: SupervisionReport) {
        count(report)
        log(report)
        publish(report)
        if report.kind == .supervisorReady, report.supervisor == root { onRootReady() }
    }

    private func count(_ report: SupervisionReport) {
        switch report.kind {
        case .exited(let reason) where reason.isFailure:
            failedAt.withLock { $0[report.child] = report.time }
        case .restarting: metrics.counter(.supervisionRestarts, report.child.text).increment()
        case .ready:
            guard let failed = failedAt.withLock({ $0.removeValue(forKey: report.child) }) else { return }
            metrics.histogram(.supervisionRestartSeconds).observe(failed.duration(to: report.time))
        case .fenced: metrics.counter(.supervisionFencedIncarnations, report.child.text).increment()
        case .escalated: metrics.counter(.supervisionEscalations, report.supervisor.text).increment()
        case .removed: failedAt.withLock { _ = $0.removeValue(forKey: report.child) }
        default: break
        }
    }

    private func log(_ report: SupervisionReport) {
        var metadata: Logger.Metadata = [LogKey.actor: "\(report.child)"]
        if let reason = report.actorChange?.reason ?? report.supervisorChange?.reason {
            metadata[LogKey.reason] = "\(reason)"
        }
        switch report.kind {
        case .exited(let reason) where reason.isFailure: logger.warning("actor failed", metadata: metadata)
        case .restarting: logger.log(.actorRestarted, metadata: metadata)
        case .fenced: logger.error("actor ignored being stopped and was shut out", metadata: metadata)
        case .degraded: logger.error("actor keeps failing and is tried now and then", metadata: metadata)
        case .heldDown: logger.error("actor keeps failing and stays down", metadata: metadata)
        case .recovered: logger.notice("actor recovered", metadata: metadata)
        case .escalated: logger.log(.escalated, metadata: metadata)
        default: logger.debug("supervision", metadata: metadata)
        }
    }

    private func publish(_ report: SupervisionReport) {
        do {
            try report.publish(on: bus, from: Self.source)
        } catch {
            logger.error("supervision event not published", metadata: [LogKey.error: "\(error)"])
        }
    }
}
