package import Domain

/// When something is worth an alert.
package struct AlertRule: Hashable, Sendable {
    /// Its frozen name.
    package let name: String
    package let quantity: AlertQuantity
    package let severity: AlertSeverity
    /// What it says, in one sentence.
    package let summary: String
    package let threshold: Double
    /// Whether less than the threshold is bad; otherwise more is.
    package let isFloor: Bool
    /// As good as this it has to be before the alert is over.
    ///
    /// Better than the threshold, so that a value that wavers around that is one alert and not many.
    package let clearsAt: Double

    package init(
        _ name: String,
        _ quantity: AlertQuantity,
        _ severity: AlertSeverity,
        _ summary: String,
        threshold: Double,
        isFloor: Bool = false,
        clearsAt: Double
    ) {
        self.name = name
        self.quantity = quantity
        self.severity = severity
        self.summary = summary
        self.threshold = threshold
        self.isFloor = isFloor
        self.clearsAt = clearsAt
    }

    package func isBroken(by value: Double) -> Bool { isFloor ? value < threshold : value > threshold }

    package func isClear(at value: Double) -> Bool { isFloor ? value >= clearsAt : value <= clearsAt }
}

/// From where on things are worth an alert, in the units of their quantities; 0 turns a rule off.
package struct AlertThresholds: Hashable, Sendable {
    package var failingSeconds = 10.0
    package var errorPercentCritical = 5.0
    package var errorPercentWarning = 1.0
    package var queueDepthCritical = 500.0
    package var queueDepthWarning = 100.0
    package var signalSilenceMinutes = 30.0
    package var offAirSeconds = 30.0
    package var providerSeconds = 5.0
    package var diskFreePercent = 15.0
    package var costRisePercent = 20.0
    package var burnRisePercent = 200.0

    package init() {}

    /// The rules, for what is turned on.
    package var rules: [AlertRule] {
        let most = 0.8
        let all = [
            AlertRule(
                "health-critical",
                .failingSeconds,
                .critical,
                "The station does not serve.",
                threshold: failingSeconds,
                clearsAt: 0
            ),
            AlertRule(
                "errors-critical",
                .errorPercent,
                .critical,
                "Many answers are errors of the station.",
                threshold: errorPercentCritical,
                clearsAt: errorPercentCritical * most
            ),
            AlertRule(
                "queue-depth-critical",
                .queueDepth,
                .critical,
                "A queue has grown very long.",
                threshold: queueDepthCritical,
                clearsAt: queueDepthCritical * most
            ),
            AlertRule(
                "signals-critical",
                .signalSilenceMinutes,
                .critical,
                "There are no new signals.",
                threshold: signalSilenceMinutes,
                clearsAt: signalSilenceMinutes * most
            ),
            AlertRule(
                "off-air-critical",
                .offAirSeconds,
                .critical,
                "Nothing goes out.",
                threshold: offAirSeconds,
                clearsAt: 0
            ),
            AlertRule(
                "errors-warning",
                .errorPercent,
                .warning,
                "Some answers are errors of the station.",
                threshold: errorPercentWarning,
                clearsAt: errorPercentWarning * most
            ),
            AlertRule(
                "queue-depth-warning",
                .queueDepth,
                .warning,
                "A queue grows long.",
                threshold: queueDepthWarning,
                clearsAt: queueDepthWarning * most
            ),
            AlertRule(
                "provider-latency-warning",
                .providerSeconds,
                .warning,
                "A provider answers slowly.",
                threshold: providerSeconds,
                clearsAt: providerSeconds * most
            ),
            AlertRule(
                "provider-account-critical",
                .shutProviders,
                .critical,
                "A provider of models refuses our key, or our money there is gone.",
                // One is too many.
                threshold: 0.5,
                clearsAt: 0
            ),
            AlertRule(
                "spending-paused-critical",
                .pausedAccounts,
                .critical,
                "An account has spent so much that it is paused; look at it, and let it spend again or disable it.",
                threshold: 0.5,
                clearsAt: 0
            ),
            AlertRule(
                "model-cost-warning",
                .costRisePercent,
                .warning,
                "A model costs us more than it did.",
                threshold: costRisePercent,
                clearsAt: costRisePercent * most
            ),
            AlertRule(
                "burn-rate-warning",
                .burnRisePercent,
                .warning,
                "Credits are spent much faster than before.",
                threshold: burnRisePercent,
                clearsAt: burnRisePercent * most
            ),
            AlertRule(
                "disk-warning",
                .diskFreePercent,
                .warning,
                "The disk is nearly full.",
                threshold: diskFreePercent,
                isFloor: true,
                clearsAt: diskFreePercent + 1
            ),
        ]
        return all.filter { $0.threshold > 0 }
    }
}
