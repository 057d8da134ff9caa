import Actors
import BusZeroMQ
import Domain
import Glibc
import Logging
import Store
import Telemetry
import Threading

/// Feeds systemd's watchdog, and only while the station is truly alive.
///
/// Alive means: the concurrency pool runs jobs, and the edge sees its own events come in through the real socket. That
/// an exchange cannot be reached is no reason to be killed.
final class StationWatchdog: Sendable {
    private let station: Station
    private let notifier: SystemdNotifier
    private let watchdog: Watchdog
    private let logger = Logger(label: "watchdog")
    /// How old the edge's last self-test may be.
    private static let selfTestAgeMax: Duration = .seconds(10)

    init(station: Station, notifier: SystemdNotifier, environment: [String: String]) throws {
        self.station = station
        self.notifier = notifier
        let logger = logger
        let setting = WatchdogSetting(environment: environment, processID: getpid())
        let lateness = Duration.seconds(station.settings.current.configuration.watchdog.poolLatenessSeconds)
        let period: Duration
        let isFed: Bool
        switch setting {
        case .on(let interval):
            period = interval.period
            isFed = true
        case .off(let reason):
            period = .seconds(1)
            isFed = false
            logger.debug("systemd does not watch", metadata: [LogKey.reason: "\(reason)"])
        }
        let gauge = station.instruments.metrics.gauge(.supervisionPoolLatenessSeconds)
        let pings = station.instruments.metrics.counter(.supervisionWatchdogPings)
        watchdog = try Watchdog(
            policy: WatchdogPolicy(
                interval: period,
                canaryLateMax: lateness,
                tickLateMax: max(.seconds(2), period * 2)
            ),
            onTick: { report in
                if let lateness = report.canaryLateness { gauge.set(lateness / .seconds(1)) }
                // Deadlines and fences of the tree must not depend on the pool either.
                station.tree.tick()
                guard isFed, case .alive = report.verdict else { return }
                do {
                    try notifier.send(.watchdog, .status(StationWatchdog.statusLine(of: station)))
                    pings.increment()
                } catch {
                    logger.warning("systemd could not be told", metadata: [LogKey.error: "\(error)"])
                }
            },
            onWedged: { reason in
                logger.log(.wedged, metadata: [LogKey.reason: "\(reason)"])
                _ = try? notifier.send(.status("wedged: \(reason)"))
            }
        )
    }

    /// Starts watching; called when the station is ready.
    func start() {
        watchdog.addProbe("edge self-test", silenceMax: Self.selfTestAgeMax) { [station] in
            guard let seen = station.edge?.lastCanarySeen else { return nil }
            return SupervisionClock.system.now.advanced(by: .zero - seen.duration(to: .now))
        }
        do {
            try watchdog.start()
        } catch {
            logger.error("no watchdog", metadata: [LogKey.error: "\(error)"])
        }
    }

    func stop() { watchdog.stop() }

    func answerCanary() async { await watchdog.answerCanary() }

    /// One line for `systemctl status`.
    var statusLine: String { Self.statusLine(of: station) }

    private static func statusLine(of station: Station) -> String {
        let counts = station.tree.snapshot().counts
        let reasons = station.health.reasons
        let detail = reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ")
        return "\(station.stateText)\(detail); \(counts.active)/\(counts.specs) actors up, "
            + "log at \(station.store.position.head), \(station.edge?.statistics.peers ?? 0) peers"
    }
}
