package import Domain

/// Something whose health is asked for now and then.
package struct HealthProbe: Sendable {
    package let name: String
    /// Whether the station fails when this fails; otherwise it is degraded at worst.
    package let isVital: Bool
    /// Answers at once, from what is known: it must not block.
    package let check: @Sendable () -> HealthFinding

    package init(_ name: String, isVital: Bool, check: @escaping @Sendable () -> HealthFinding) {
        self.name = name
        self.isVital = isVital
        self.check = check
    }
}

/// How one part is.
package struct HealthFinding: Hashable, Sendable {
    package let status: HealthStatus
    /// Why, in one sentence.
    ///
    /// It should stay the same while the state does: no ages, no counters.
    package let reason: String

    package static let ok = HealthFinding(.ok, "")

    package init(_ status: HealthStatus, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}
