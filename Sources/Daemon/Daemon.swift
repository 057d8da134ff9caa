import Bus
import Domain
import Glibc
import Logging
import Store
import Telemetry

/// The composition root: makes every part of the daemon, joins them, and sees them through to the end.
///
/// Its normal start is also its recovery: nothing here asks whether the last run ended well, except to tell.
struct Daemon {
    let config: LoadedConfig
    let request: ConfigRequest
    let instruments: Instruments
    let notifier: SystemdNotifier
    let started = ContinuousClock.now
    let logger = Logger(label: "daemon")

    // MARK: Start

    /// Runs the daemon from its configuration to its end.
    ///
    /// - Returns: how the process should end.
    static func run(_ request: ConfigRequest) async -> ExitCode {
        let report = ConfigLoader(request).load()
        for problem in report.problems { complain("\(problem)") }
        guard let config = report.usable else { return .config }
        do {
            try StationFolders(config.layout).make()
            let redactor = Redactor()
            let instruments = try Instruments.bootstrap(
                LogSettings(config.configuration.log),
                environment: request.environment,
                redactor: redactor
            )
            let daemon = Daemon(
                config: config,
                request: request,
                instruments: instruments,
                notifier: try SystemdNotifier(environment: request.environment)
            )
            let code = await daemon.live()
            _ = instruments.logs.close(within: .seconds(2))
            return code
        } catch let error as FolderError {
            complain("\(error)")
            return .cannotCreate
        } catch {
            complain("\(error)")
            return .osError
        }
    }

    /// For what goes wrong before there are logs.
    private static func complain(_ text: String) {
        let line = Array("cryptocalld: \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private init(
        config: LoadedConfig,
        request: ConfigRequest,
        instruments: Instruments,
        notifier: SystemdNotifier
    ) {
        self.config = config
        self.request = request
        self.instruments = instruments
        self.notifier = notifier
    }

    private func live() async -> ExitCode {
        logger.log(.starting)
        let (config, environment) = (config, request.environment)
        for problem in await offPool({ EnvironmentChecks(environment: environment).credentialProblems(in: config) })
        where problem.severity == .warning {
            logger.warning("a setting needs attention", metadata: [LogKey.reason: "\(problem)"])
        }
        do {
            let store = try await openStore()
            // Only the daemon that holds the store may say that it runs.
            let marker = UncleanExitMarker(stateFolder: config.layout.stateDirectory)
            let crashed = try marker.begin(
                .current(environment: request.environment, startedAtSeconds: Timestamp.now.milliseconds / 1000)
            )
            let code = try await serve(store, after: crashed)
            await store.close()
            if code == .ok { try marker.end() }
            return code
        } catch {
            let failure = DatabaseFailure(error)
            logger.critical("the station cannot start", metadata: [LogKey.error: "\(failure)"])
            tell(.status("cannot start: \(failure)"))
            return failure.code
        }
    }

    private func openStore() async throws -> any Storage {
        let bus = try EventBus(
            types: EventCatalogue.all,
            mailboxLimit: config.configuration.bus.mailboxLimit
        )
        let (config, environment) = (config, request.environment)
        let place = try await offPool { Result { try DatabasePlace(config, environment: environment) } }.get()
        let opening = StoreOpening(
            place: place,
            backupFolder: config.backupFolder,
            onProgress: { [notifier] progress in
                // Opening a long log may take a while: systemd is asked for more time as long as it goes on. When it
                // cannot be asked, its own limit holds, which is no worse than not asking.
                _ = try? notifier.send(.extendTimeout(.seconds(30)), .status("starting: \(progress)"))
            }
        )
        return try await opening.open(bus: bus)
    }

    /// Tells systemd; that it cannot be told is no reason to stop.
    private func tell(_ state: SystemdState) {
        do {
            try notifier.send(state)
        } catch {
            logger.warning("systemd could not be told", metadata: [LogKey.error: "\(error)"])
        }
    }
}
