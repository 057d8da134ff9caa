import Telemetry
import Threading

/// Counts the listener's answers; looks up each metric once.
///
/// Bounded: there are as many routes as the table has, and as many statuses as routes answer with.
final class AnswerMeter: Sendable {
    private struct Series: Hashable {
        let route: String
        let status: Int
    }

    private struct Metrics {
        let count: MetricCounter
        let seconds: MetricHistogram
    }

    private let registry: MetricsRegistry
    private let known = Mutex<[Series: Metrics]>([:])

    init(_ registry: MetricsRegistry) { self.registry = registry }

    func note(route: String, status: Int, took: Duration) {
        let metrics = known.withLock { known in
            let series = Series(route: route, status: status)
            if let metrics = known[series] { return metrics }
            let metrics = Metrics(
                count: registry.counter(.apiRequests, route, "\(status)"),
                seconds: registry.histogram(.apiRequestSeconds, route)
            )
            known[series] = metrics
            return metrics
        }
        metrics.count.increment()
        metrics.seconds.observe(took)
    }
}
