package import Bus
package import Domain

/// Puts what probes find and what supervisors report together into one health, as a value.
package struct HealthLedger: Sendable {
    private var troubled: [ActorName: ActorChanged.What] = [:]
    private var zombies: [ActorName: Int] = [:]
    private var endedSupervisors: Set<ActorName> = []

    package init() {}

    package mutating func note(_ change: ActorChanged) {
        switch change.what {
        case .degraded, .heldDown, .restarting: troubled[change.id] = change.what
        case .ready where troubled[change.id] != .degraded: troubled[change.id] = nil
        case .recovered, .removed, .stopping: troubled[change.id] = nil
        case .zombieAppeared: zombies[change.id, default: 0] += 1
        case .zombieEnded: zombies[change.id] = max(0, zombies[change.id, default: 0] - 1)
        case .started, .ready, .exited, .resumed, .fenced: break
        }
    }

    package mutating func note(_ change: SupervisorChanged) {
        switch change.what {
        case .ready: endedSupervisors.remove(change.id)
        case .escalated, .ended: endedSupervisors.insert(change.id)
        }
    }

    /// The name under which the supervisors' reports appear among the checks.
    package static let supervisionCheck = "supervision"

    /// The health that all of it adds up to.
    ///
    /// - Parameters:
    ///   - findings: what each probe has found.
    ///   - latencies: how long those that were asked took, in milliseconds.
    ///   - now: when.
    /// - Returns: the worst of all, with the reasons.
    package func snapshot(
        _ findings: [(probe: HealthProbe, finding: HealthFinding)],
        latencies: [String: Double] = [:],
        at now: Timestamp
    ) -> HealthSnapshot {
        var checks: [String: HealthStatus] = [:]
        var reasons: [(status: HealthStatus, text: String)] = []
        for (probe, finding) in findings {
            let status = probe.isVital ? finding.status : min(finding.status, .degraded)
            checks[probe.name] = status
            if status != .ok { reasons.append((status, "\(probe.name): \(finding.reason)")) }
        }
        let troubles = supervisionTroubles
        checks[HealthLedger.supervisionCheck] = troubles.isEmpty ? .ok : .degraded
        reasons += troubles.map { (.degraded, $0) }
        let status = checks.values.max() ?? .ok
        let sorted = reasons.enumerated().sorted {
            $0.element.status == $1.element.status ? $0.offset < $1.offset : $0.element.status > $1.element.status
        }
        return HealthSnapshot(
            status: status,
            reasons: sorted.map(\.element.text),
            checks: checks,
            checkedAt: now,
            latencies: latencies
        )
    }

    private var supervisionTroubles: [String] {
        let actors = troubled.sorted { $0.key.text < $1.key.text }.map { id, what in
            switch what {
            case .heldDown: "\(id) is down until somebody starts it"
            case .degraded: "\(id) keeps failing"
            default: "\(id) is being restarted"
            }
        }
        let ghosts = zombies.filter { $0.value > 0 }.keys.sorted { $0.text < $1.text }
            .map { "an old incarnation of \($0) ignores being stopped" }
        let ended = endedSupervisors.sorted { $0.text < $1.text }.map { "supervisor \($0) has ended" }
        return actors + ghosts + ended
    }
}
