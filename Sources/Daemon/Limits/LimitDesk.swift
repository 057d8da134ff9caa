import API
import Actors
import Domain
import Telemetry

/// The limits of one daemon: the gate that requests pass, and what stands behind it.
struct LimitDesk: Sendable {
    let gate: LimitGate
    let rates: RateLimiter
    let slots: ConcurrencyLimiter

    init(_ station: Station) {
        let metrics = station.instruments.metrics
        rates = RateLimiter(store: station.store)
        slots = ConcurrencyLimiter(store: station.store)
        gate = LimitGate(
            policy: { [settings = station.settings] in
                LimitPolicy(LimitFigures(settings.current.configuration.limits))
            },
            rates: rates,
            slots: slots,
            onPass: { limit, outcome in
                metrics.counter(.limitsRequests, limit.rawValue, outcome.rawValue).increment()
            }
        )
        bind(metrics)
    }

    private func bind(_ metrics: MetricsRegistry) {
        let (rates, slots) = (rates, slots)
        @Sendable func sum(_ value: @Sendable (LimitStatistics) -> UInt64) -> UInt64 {
            value(rates.statistics) + value(slots.statistics)
        }
        metrics.read(.limitsLocalVerdicts) { sum { $0.localVerdicts } }
        metrics.read(.limitsStoreFailures) { sum { $0.failures } }
        metrics.read(.limitsStoreStatements, "read") { sum { $0.reads } }
        metrics.read(.limitsStoreStatements, "write") { sum { $0.writes } }
        metrics.read(.limitsStoreStatements, "collision") { sum { $0.collisions } }
        metrics.read(.limitsSubjects) { Double(sum { UInt64($0.subjects) }) }
        metrics.read(.limitsStoreAway) { [self] in isStoreAway ? 1 : 0 }
    }

    private var isStoreAway: Bool { rates.statistics.isStoreAway || slots.statistics.isStoreAway }

    /// What health says of it.
    var probe: HealthProbe {
        HealthProbe("limits", isVital: false) { [self] in
            guard isStoreAway else { return .ok }
            return HealthFinding(.degraded, "the store does not answer; this daemon keeps limits by itself")
        }
    }
}
