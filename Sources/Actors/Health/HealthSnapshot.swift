package import Bus
package import Domain
import Threading

/// The station's health at one moment.
package struct HealthSnapshot: Codable, Hashable, Sendable {
    package let status: HealthStatus
    /// Why it is not `ok`, one sentence each, worst first.
    package let reasons: [String]
    /// Each part that is looked at, by name.
    package let checks: [String: HealthStatus]
    /// When this was found out; absent before the first time.
    package let checkedAt: Timestamp?
    /// How long those that are asked took to answer, in milliseconds.
    package let latencies: [String: Double]

    package init(
        status: HealthStatus,
        reasons: [String],
        checks: [String: HealthStatus],
        checkedAt: Timestamp?,
        latencies: [String: Double] = [:]
    ) {
        self.status = status
        self.reasons = reasons
        self.checks = checks
        self.checkedAt = checkedAt
        self.latencies = latencies
    }

    package static let starting = HealthSnapshot(
        status: .starting,
        reasons: ["the station is starting"],
        checks: [:],
        checkedAt: nil
    )

    /// Whether the two differ in what a reader would act on.
    func says(_ other: HealthSnapshot) -> Bool {
        status == other.status && checks == other.checks && reasons == other.reasons
    }
}

/// Where the newest snapshot is kept: readable from any thread without waiting.
///
/// It belongs to the station, so that it is there, and what supervisors have reported with it, while the actor that
/// fills it is not. A snapshot that nobody has
/// renewed for a while says so by itself.
package final class HealthBoard: Sendable {
    private struct State {
        var ledger = HealthLedger()
        var latest = HealthSnapshot.starting
        var soundings: [String: (sounding: HealthSounding, result: HealthSounding.Result)] = [:]
    }

    private let state = Mutex(State())
    private let silenceMax: Duration

    /// - Parameter silenceMax: a snapshot older than this is not believed any more.
    package init(silenceMax: Duration = .seconds(30)) { self.silenceMax = silenceMax }

    package func snapshot(at now: Timestamp) -> HealthSnapshot {
        let latest = state.withLock { $0.latest }
        guard let checkedAt = latest.checkedAt, checkedAt.duration(to: now) > silenceMax else { return latest }
        return HealthSnapshot(
            status: max(latest.status, .degraded),
            reasons: latest.reasons + ["the station's health has not been looked at lately"],
            checks: latest.checks,
            checkedAt: checkedAt,
            latencies: latest.latencies
        )
    }

    func note(_ change: ActorChanged) { state.withLock { $0.ledger.note(change) } }
    func note(_ change: SupervisorChanged) { state.withLock { $0.ledger.note(change) } }

    func note(_ result: HealthSounding.Result, of sounding: HealthSounding) {
        state.withLock { $0.soundings[sounding.name] = (sounding, result) }
    }

    /// Puts the findings of probes and soundings and the supervisors' reports together, and keeps the result.
    func renew(_ findings: [(probe: HealthProbe, finding: HealthFinding)], at now: Timestamp) -> HealthSnapshot {
        let (ledger, soundings) = state.withLock { ($0.ledger, $0.soundings.values) }
        let asked = soundings.sorted { $0.sounding.name < $1.sounding.name }.map { sounding, result in
            let probe = HealthProbe(sounding.name, isVital: sounding.isVital) { result.finding }
            return (probe: probe, finding: result.finding)
        }
        var latencies: [String: Double] = [:]
        for (sounding, result) in soundings { latencies[sounding.name] = result.latency.map { $0 / .milliseconds(1) } }
        let snapshot = ledger.snapshot(findings + asked, latencies: latencies, at: now)
        state.withLock { $0.latest = snapshot }
        return snapshot
    }
}
