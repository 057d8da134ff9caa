import API
import Actors
import Domain
import Telemetry
import Threading

/// The limits of one daemon: the gate that requests pass, and what stands behind it.
struct LimitDesk: Sendable {
    let gate: LimitGate
    let rates: RateLimiter
    let slots: ConcurrencyLimiter
    private let policy: CurrentPolicy

    /// The policy of the moment; made once for each configuration, not for each request.
    private final class CurrentPolicy: Sendable {
        private let content: Mutex<LimitPolicy>

        init(_ policy: LimitPolicy) { content = Mutex(policy) }

        var value: LimitPolicy { content.withLock { $0 } }
        func replace(with policy: LimitPolicy) { content.withLock { $0 = policy } }
    }

    init(_ station: Station) {
        let metrics = station.instruments.metrics
        let policy = CurrentPolicy(LimitPolicy(station.settings.current.configuration.limits))
        self.policy = policy
        var counters: [LimitClass: [LimitGate.Outcome: MetricCounter]] = [:]
        for limit in LimitClass.allCases {
            for outcome in LimitGate.Outcome.allCases {
                counters[limit, default: [:]][outcome] =
                    metrics.counter(.limitsRequests, limit.rawValue, outcome.rawValue)
            }
        }
        rates = RateLimiter(store: station.store)
        slots = ConcurrencyLimiter(store: station.store)
        gate = LimitGate(
            policy: { policy.value },
            rates: rates,
            slots: slots,
            onPass: { [counters] limit, outcome in counters[limit]?[outcome]?.increment() }
        )
        bind(metrics)
    }

    /// Limits change with the next request.
    var part: SettingsControl.Part {
        SettingsControl.Part(name: "limits") { [policy] settings in
            policy.replace(with: LimitPolicy(settings.configuration.limits))
        }
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

extension LimitPolicy {
    fileprivate init(_ config: LimitsConfig) { self.init(LimitFigures(config)) }
}
