package import Bus

/// How urgent an alert is.
package enum AlertSeverity: String, Codable, Hashable, Sendable, CaseIterable, Comparable, SchemaChoice {
    /// Somebody should look at it in working hours.
    case warning
    /// Somebody has to act.
    case critical

    package static func < (left: AlertSeverity, right: AlertSeverity) -> Bool {
        left == .warning && right == .critical
    }
}

/// Something needs an operator's attention.
package struct AlertRaised: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.alert.raised"
    package static let summary = "Something needs an operator's attention."
    package let alert: UUIDv7
    /// The rule that found it, such as `queue-depth-critical`.
    package let rule: String
    package let severity: AlertSeverity
    /// What it is about, in one sentence.
    package let summary: String
    /// What was measured, in the rule's own unit.
    package let value: Double
    /// From where on it is too much, or too little.
    package let threshold: Double
    /// What exactly, such as the queue or the provider; absent where there is nothing to add.
    package let detail: String?
    /// The machine whose daemon measured it.
    package let host: String

    package init(
        alert: UUIDv7,
        rule: String,
        severity: AlertSeverity,
        summary: String,
        value: Double,
        threshold: Double,
        detail: String?,
        host: String
    ) {
        self.alert = alert
        self.rule = rule
        self.severity = severity
        self.summary = summary
        self.value = value
        self.threshold = threshold
        self.detail = detail
        self.host = host
    }
}

/// What an alert was about is over.
package struct AlertResolved: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "system.alert.resolved"
    package static let summary = "What an alert was about is over."
    package let alert: UUIDv7
    package let rule: String
    package let severity: AlertSeverity
    package let raisedAt: Timestamp
    /// What was measured last; absent when the rule was turned off.
    package let value: Double?
    package let host: String

    package init(
        alert: UUIDv7,
        rule: String,
        severity: AlertSeverity,
        raisedAt: Timestamp,
        value: Double?,
        host: String
    ) {
        self.alert = alert
        self.rule = rule
        self.severity = severity
        self.raisedAt = raisedAt
        self.value = value
        self.host = host
    }
}
