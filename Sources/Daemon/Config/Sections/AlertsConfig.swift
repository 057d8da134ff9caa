/// The `[alerts]` section: what is worth telling, and whom.
package struct AlertsConfig: ConfigSection {
    package enum Severity: String, ConfigChoice {
        case warning
        case critical
    }

    /// Where alerts are sent: https URLs, or http on this machine.
    package var hooks: [String] = []
    /// What requests to hooks are signed with.
    package var hookSecret = Credential()
    /// The least that is sent.
    package var minSeverity = Severity.warning
    /// How often things are measured.
    package var sampleSeconds = 5.0
    /// How long things have to be clearly better before an alert is over.
    package var resolveAfterSeconds = 60.0
    /// After how many hours an open alert is sent again.
    package var remindHours = 4.0
    package var failingSeconds = 10.0
    package var errorPercentCritical = 5.0
    package var errorPercentWarning = 1.0
    /// With fewer answers in five minutes errors have no share.
    package var errorAnswersMin = 20
    package var queueDepthCritical = 500
    package var queueDepthWarning = 100
    package var signalSilenceMinutes = 30.0
    package var offAirSeconds = 30.0
    package var providerSeconds = 5.0
    package var diskFreePercent = 15.0
    /// How much dearer a thousand tokens of a model may become.
    package var costRisePercent = 20.0
    /// With fewer calls of a model in a day, or in the seven days before, there is nothing to compare.
    package var costCallsMin = 20
    /// How much faster credits may be spent than before.
    package var burnRisePercent = 200.0
    /// Fewer credits in an hour are no rise.
    package var burnCreditsMin = 1000

    package static var reloadableKeys: Set<String> {
        [
            "min_severity", "resolve_after_seconds", "remind_hours", "failing_seconds", "error_percent_critical",
            "error_percent_warning", "error_answers_min", "queue_depth_critical", "queue_depth_warning",
            "signal_silence_minutes", "off_air_seconds", "provider_seconds", "disk_free_percent", "cost_rise_percent",
            "cost_calls_min", "burn_rise_percent", "burn_credits_min",
        ]
    }

    private static let hooksMax = 8

    package init() {}

    package func problems() -> [ConfigProblem] {
        let percents: [(ConfigPath, Double)] = [
            ("error_percent_critical", errorPercentCritical), ("error_percent_warning", errorPercentWarning),
            ("disk_free_percent", diskFreePercent),
        ]
        let depths: [(ConfigPath, Int)] = [
            ("queue_depth_critical", queueDepthCritical), ("queue_depth_warning", queueDepthWarning),
        ]
        return hookProblems
            + ConfigProblem.range("sample_seconds", sampleSeconds, 0.5...300)
            + ConfigProblem.range("resolve_after_seconds", resolveAfterSeconds, 0...86_400)
            + ConfigProblem.range("remind_hours", remindHours, 0.1...8760)
            + ConfigProblem.range("failing_seconds", failingSeconds, 0...86_400)
            + percents.flatMap { ConfigProblem.range($0, $1, 0...100) }
            + ConfigProblem.range("error_answers_min", errorAnswersMin, 1...1_000_000)
            + depths.flatMap { ConfigProblem.range($0, $1, 0...1_000_000_000) }
            + ConfigProblem.range("signal_silence_minutes", signalSilenceMinutes, 0...100_000)
            + ConfigProblem.range("off_air_seconds", offAirSeconds, 0...86_400)
            + ConfigProblem.range("provider_seconds", providerSeconds, 0...3600)
            + ConfigProblem.range("cost_rise_percent", costRisePercent, 0...100_000)
            + ConfigProblem.range("cost_calls_min", costCallsMin, 1...1_000_000)
            + ConfigProblem.range("burn_rise_percent", burnRisePercent, 0...100_000)
            + ConfigProblem.range("burn_credits_min", burnCreditsMin, 0...1_000_000_000)
    }

    private var hookProblems: [ConfigProblem] {
        let each = hooks.enumerated().compactMap { position, hook -> ConfigProblem? in
            let path = ConfigPath("hooks").index(position)
            guard let url = URLText(hook), url.scheme == "https" || url.scheme == "http" && url.isLoopback else {
                return .invalid(path, "must be an https URL, or an http URL of this machine")
            }
            return url.hasUserInfo ? .invalid(path, "must not hold a user or a password") : nil
        }
        return each + ConfigProblem.repeated("hooks", hooks)
            + (hooks.count > Self.hooksMax ? [.invalid("hooks", "must be \(Self.hooksMax) at most")] : [])
    }
}
