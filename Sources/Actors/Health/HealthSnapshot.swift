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

    package init(status: HealthStatus, reasons: [String], checks: [String: HealthStatus], checkedAt: Timestamp?) {
        self.status = status
        self.reasons = reasons
        self.checks = checks
        self.checkedAt = checkedAt
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
            checkedAt: checkedAt
        )
    }

    func note(_ change: ActorChanged) { state.withLock { $0.ledger.note(change) } }
    func note(_ change: SupervisorChanged) { state.withLock { $0.ledger.note(change) } }

    /// Puts the probes' findings and the supervisors' reports together, and keeps the result.
    func renew(_ findings: [(probe: HealthProbe, finding: HealthFinding)], at now: Timestamp) -> HealthSnapshot {
        let ledger = state.withLock { $0.ledger }
        let snapshot = ledger.snapshot(findings, at: now)
        state.withLock { $0.latest = snapshot }
        return snapshot
    }
}
