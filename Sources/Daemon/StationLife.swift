import Actors
import Bus
import Domain
import Glibc
import Logging
import ServiceLifecycle
import Store
import Telemetry
import Threading

/// The station from the first actor to the last: starts the tree, says when it is ready, keeps the watchdog fed, and
/// ends it in order.
struct StationLife: Sendable {
    let station: Station
    let notifier: SystemdNotifier
    let environment: [String: String]
    let started: ContinuousClock.Instant
    let crashed: UncleanExitMarker.Run?
    let readiness: AsyncStream<Void>
    let stops: AsyncStream<String>
    private let logger = Logger(label: "daemon")

    private var settings: Configuration { station.settings.current.configuration }

    /// - Returns: how the process should end.
    func run() async throws -> ExitCode {
        let deadline = try ShutdownDeadline(total: .seconds(settings.supervision.shutdownSeconds))
        let watchdog = try StationWatchdog(station: station, notifier: notifier, environment: environment)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: SupervisorService(station.tree, deadline: deadline),
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                ],
                logger: Logger(label: "lifecycle")
            )
        )
        do {
            try await withSupervision(
                of: station.tree,
                deadline: deadline,
                cleanUp: { watchdog.stop() },
                zombiesRemain: { count in
                    ShutdownDeadline.endProcess("\(count) actors ignored being stopped")
                },
                body: { try await live(group, watchdog) }
            )
            logger.log(.stopped)
            return .ok
        } catch let error as SupervisorError {
            logger.critical("the supervision tree gave up", metadata: [LogKey.error: "\(error)"])
            tell(.status("gave up: \(error)"))
            return .software
        }
    }

    private enum Part: Sendable { case services, other }

    private func live(_ group: ServiceGroup, _ watchdog: StationWatchdog) async throws {
        try await withThrowingTaskGroup(of: Part.self) { tasks in
            // Beside the services, whose end is the end of all: the canary, what follows READY, the wish to stop.
            tasks.addTask {
                try await group.run()
                return .services
            }
            tasks.addTask {
                await watchdog.answerCanary()
                return .other
            }
            tasks.addTask {
                for await _ in readiness {
                    await becomeReady(watchdog)
                    break
                }
                await settleDown()
                return .other
            }
            tasks.addTask {
                await listenForStops(group)
                return .other
            }
            for try await part in tasks where part == .services { break }
            tasks.cancelAll()
        }
    }

    // MARK: Ready

    private func becomeReady(_ watchdog: StationWatchdog) async {
        station.becameReady()
        let took = started.duration(to: .now)
        station.instruments.metrics.gauge(.daemonReady).set(1)
        station.instruments.metrics.gauge(.daemonStartSeconds).set(took / .seconds(1))
        // systemd first: what follows may wait for the disk.
        tell(.ready, .status(watchdog.statusLine))
        logger.log(.ready, metadata: [LogKey.jobMS: "\(took / .milliseconds(1))"])
        watchdog.start()
        var events: [any DurableEvent] = []
        if let crashed {
            logger.log(.crashDetected)
            events.append(
                CrashDetected(
                    pid: crashed.processID.map(Int.init),
                    startedAt: crashed.startedAtSeconds.map { Timestamp(seconds: $0) },
                    detail: crashed.invocationID.map { "invocation \($0)" } ?? "not under systemd"
                )
            )
        }
        events.append(
            DaemonStarted(
                version: Version.current,
                pid: Int(station.processID),
                startupMilliseconds: took / .milliseconds(1),
                production: settings.station.production
            )
        )
        await log(events)
        ResidentMemory.releaseUnusedCode()
    }

    /// After its first prices, words and connections the station has used code once more that it needs only once.
    private func settleDown() async {
        do {
            try await ContinuousClock().sleep(for: .seconds(10))
            ResidentMemory.releaseUnusedCode()
        } catch {
            // It ends before.
        }
    }

    // MARK: Stop

    /// The first request ends the station in order, the second at once.
    private func listenForStops(_ group: ServiceGroup) async {
        var isStopping = false
        for await reason in stops {
            if reason == Daemon.reloadRequested {
                _ = await station.settings.reload(caller: "SIGHUP")
                continue
            }
            guard !isStopping else {
                ShutdownDeadline.endProcess("asked to stop twice")
                continue
            }
            isStopping = true
            logger.log(.stopping, metadata: [LogKey.reason: "\(reason)"])
            tell(.stopping, .status("stopping: \(reason)"))
            station.instruments.metrics.gauge(.daemonReady).set(0)
            station.beginDraining()
            await log([DaemonStopping(reason: reason, uptimeSeconds: station.uptimeSeconds)])
            await group.triggerGracefulShutdown()
        }
    }

    private func log(_ events: [any DurableEvent]) async {
        do throws(StoreError) {
            _ = try await station.store.append(contentsOf: events, by: station.author)
        } catch {
            logger.error("life-cycle event not logged", metadata: [LogKey.error: "\(error)"])
        }
    }

    private func tell(_ states: SystemdState...) {
        do {
            for state in states { try notifier.send(state) }
        } catch {
            logger.warning("systemd could not be told", metadata: [LogKey.error: "\(error)"])
        }
    }
}
