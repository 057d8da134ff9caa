import ArgumentParser
import Broadcast
import Glibc
import Logging
import Playout
import Telemetry
import Threading

/// One run of the program, from the options to the exit code.
struct PlayoutRun {
    let folders: PlayoutSettings
    let logLevel: String
    let capture: String?
    /// What draws the picture; `nil` sends sound alone.
    var picture: String?

    /// Longer than anything takes that is done in order.
    private static let stopSecondsMax: UInt32 = 2

    /// Plays until it is asked to end.
    ///
    /// - Parameter started: when the program was started.
    /// - Returns: how it ended.
    func run(started: ContinuousClock.Instant) -> ExitCode {
        let environment = Environment.all
        let instruments: Instruments
        do {
            let levels = try LogLevelRules(parsing: logLevel)
            instruments = try Instruments.bootstrap(
                LogSettings(service: "cryptocall-playout", levels: levels),
                environment: environment
            )
        } catch {
            let text = "cryptocall-playout: --log-level: \(error)\n"
            _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            return ExitCode(64)
        }
        defer { _ = instruments.logs.close(within: .milliseconds(200)) }
        let logger = Logger(label: "playout")
        do {
            try makeFolders()
            try play(environment, logger, started)
            return ExitCode(0)
        } catch let error as PlayoutError {
            logger.error("cannot play", metadata: [LogKey.error: "\(error)"])
            return error.exitCode
        } catch {
            logger.error("cannot start", metadata: [LogKey.error: "\(error)"])
            return ExitCode(error is FolderFailure ? 73 : 71)
        }
    }

    private func play(_ environment: [String: String], _ logger: Logger, _ started: ContinuousClock.Instant) throws {
        let notifier = try SystemdNotifier(environment: environment)
        let captured = try capture.map { try CaptureFile(path: $0) }
        let firstBlock = FirstBlock()
        var sinks: [any ProgrammeSink] = [firstBlock]
        if let captured { sinks.append(captured) }
        var settings = BroadcastSettings(folder: "\(folders.stateFolder)/stream")
        settings.hls.captionLanguage = "en"
        settings.hls.firstSegmentSeconds = 1
        settings.picture = picture.map { PictureSettings(renderer: $0) }
        let programme = try Programme(
            settings,
            audioFolder: folders.audioFolder,
            recordingFolder: "\(folders.stateFolder)/recordings",
            logger: Logger(label: "broadcast")
        )
        sinks.append(programme)
        let station = try PlayoutStation(folders, sinks: sinks, follower: programme, logger: logger)
        try programme.start()
        // After the sound has ended, so that all of it gets out.
        defer { programme.stop() }
        try takeSignals(station)
        let isWatched: Bool
        if case .on = WatchdogSetting(environment: environment, processID: getpid()) {
            isWatched = true
        } else {
            isWatched = false
        }
        defer {
            captured?.close()
            if let failure = captured?.failure {
                logger.error("the capture ends early", metadata: [LogKey.error: "\(failure)"])
            }
        }
        func tell(_ states: SystemdState) {
            do { try notifier.send(states) } catch {
                logger.warning("systemd could not be told", metadata: [LogKey.error: "\(error)"])
            }
        }
        try station.run(
            onReady: {
                tell(.ready)
                logger.info("ready", metadata: ["start_ms": "\(started.duration(to: .now) / .milliseconds(1))"])
            },
            onAlive: {
                if isWatched { tell(.watchdog) }
                if let moment = firstBlock.takeMoment() {
                    logger.info(
                        "first block",
                        metadata: ["start_ms": "\(started.duration(to: moment) / .milliseconds(1))"]
                    )
                }
            }
        )
        tell(.stopping)
    }

    /// SIGTERM and SIGINT end the run; what hangs then does not keep the process.
    private func takeSignals(_ station: PlayoutStation) throws(ThreadError) {
        try AbortSignal.endsProcess()
        let signals = try SignalPipe([SIGTERM, SIGINT])
        signal(SIGPIPE, SIG_IGN)
        // The thread lives as long as the process.
        _ = try OSThread(name: "signals") {
            guard signals.next() != nil else { return }
            station.stop()
            sleep(PlayoutRun.stopSecondsMax)
            // The journal has all that matters; a disk or a file system that hangs would keep the threads for ever.
            _exit(75)
        }
    }

    private func makeFolders() throws(FolderFailure) {
        for (path, mode) in [
            (folders.stateFolder, 0o700), (folders.runtimeFolder, 0o750), (folders.audioFolder, 0o700),
        ] {
            var built = ""
            for part in path.split(separator: "/") {
                built += "/" + part
                if mkdir(built, built == path ? mode_t(mode) : 0o755) != 0, errno != EEXIST {
                    throw FolderFailure(description: "\(path) cannot be made: \(String(cString: strerror(errno)))")
                }
            }
        }
    }
}

/// A folder cannot be made.
private struct FolderFailure: Error, CustomStringConvertible {
    let description: String
}

extension PlayoutError {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .alreadyRunning: ExitCode(69)
        case .system, .noThread: ExitCode(71)
        }
    }
}

/// The environment of the process.
private enum Environment {
    /// The variables that the playout reads.
    static var all: [String: String] {
        let names = [
            "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "NO_COLOR", "TERM", "INVOCATION_ID",
        ]
        return names.reduce(into: [:]) { all, name in
            if let value = getenv(name) { all[name] = String(cString: value) }
        }
    }
}

/// Remembers when the first block left.
private final class FirstBlock: ProgrammeSink {
    private let nanoseconds = Atomic<Int64>(0)
    private let origin = ContinuousClock.now

    func push(_ samples: UnsafeBufferPointer<Float>) {
        guard nanoseconds.load(ordering: .relaxed) == 0 else { return }
        nanoseconds.store(max(1, Int64(origin.duration(to: .now) / .nanoseconds(1))), ordering: .releasing)
    }

    /// When it left; given once.
    func takeMoment() -> ContinuousClock.Instant? {
        let passed = nanoseconds.load(ordering: .acquiring)
        guard passed > 0 else { return nil }
        nanoseconds.store(-1, ordering: .releasing)
        return origin.advanced(by: .nanoseconds(passed))
    }
}
