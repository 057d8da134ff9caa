import Actors
import Domain
import Logging
import Telemetry

/// The alerts of one daemon: what is measured, by which rules, and who is told.
struct AlertDesk: Sendable {
    let board = AlertBoard()
    private let station: Station
    private let hooks: AlertHooks
    private let gauges: AlertGauges

    init(_ station: Station, hooks: AlertHooks, gauges: AlertGauges) {
        self.station = station
        self.hooks = hooks
        self.gauges = gauges
        let metrics = station.instruments.metrics
        for severity in AlertSeverity.allCases {
            metrics.read(.alertsOpen, severity.rawValue) { [board] in
                Double(board.current.book.open.count { $0.severity == severity })
            }
        }
    }

    func makeAgent(_ context: ActorContext) -> AlertAgent {
        let (settings, metrics, host) = (station.settings, station.instruments.metrics, SystemFacts.hostName)
        @Sendable func message(_ news: AlertNews) -> AlertMessage? {
            let configuration = settings.current.configuration
            guard news.alert.severity >= AlertSeverity(configuration.alerts.minSeverity) else { return nil }
            return AlertMessage(news, station: configuration.station.name, host: host)
        }
        return AlertAgent(
            context,
            parts: AlertAgent.Parts(
                store: station.store,
                board: board,
                gauges: gauges.all,
                rules: { AlertThresholds(settings.current.configuration.alerts).rules },
                settings: { AlertBook.Settings(settings.current.configuration.alerts) },
                notices: { [hooks] news in message(news).map(hooks.requests) ?? [] },
                tellAtOnce: { [hooks] news in if let message = message(news) { await hooks.sendAtOnce(message) } },
                onNews: { metrics.counter(.alertsNews, $0.alert.rule, $0.what.rawValue).increment() },
                host: host,
                // Daemons that share a database have machines or folders of their own.
                stateName: "alerts:\(host):\(settings.current.layout.stateDirectory)",
                every: .seconds(settings.current.configuration.alerts.sampleSeconds),
                now: station.now,
                logger: Logger(label: "alerts")
            )
        )
    }
}

extension AlertSeverity {
    init(_ severity: AlertsConfig.Severity) {
        self =
            switch severity {
            case .warning: .warning
            case .critical: .critical
            }
    }
}

extension AlertThresholds {
    package init(_ settings: AlertsConfig) {
        self.init()
        failingSeconds = settings.failingSeconds
        errorPercentCritical = settings.errorPercentCritical
        errorPercentWarning = settings.errorPercentWarning
        queueDepthCritical = Double(settings.queueDepthCritical)
        queueDepthWarning = Double(settings.queueDepthWarning)
        signalSilenceMinutes = settings.signalSilenceMinutes
        offAirSeconds = settings.offAirSeconds
        providerSeconds = settings.providerSeconds
        diskFreePercent = settings.diskFreePercent
        costRisePercent = settings.costRisePercent
        burnRisePercent = settings.burnRisePercent
    }
}

extension AlertBook.Settings {
    init(_ settings: AlertsConfig) {
        self.init()
        resolveAfter = .seconds(settings.resolveAfterSeconds)
        remindAfter = .seconds(settings.remindHours * 3600)
    }
}
