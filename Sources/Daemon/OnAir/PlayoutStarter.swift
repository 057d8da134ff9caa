import Actors
import Bus
import ChildProcesses
import Glibc
import Logging
import PlayoutLink
import Telemetry
import Threading

/// Sees to it that there is a playout, where nobody else does: starts one when none answers.
///
/// The playout gets a session of its own, so that it goes on when the daemon is killed; the next daemon finds it by its
/// socket. When the station ends in order, so does the playout that was started here or found.
struct PlayoutStarter: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let desk: OnAirDesk
    private let isStopping: @Sendable () -> Bool
    private let logger = Logger(label: "playout")

    /// How often is looked whether one answers.
    private static let lookEvery: Duration = .milliseconds(500)
    /// How long a new one may take until it answers.
    private static let startMax: Duration = .seconds(5)

    init(_ context: ActorContext, desk: OnAirDesk, isStopping: @escaping @Sendable () -> Bool) {
        name = context.name
        self.context = context
        self.desk = desk
        self.isStopping = isStopping
    }

    func run() async throws {
        context.ready()
        var startedAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            context.progress()
            let path = desk.socketPath
            let answers = await offPool { PlayoutStarter.answers(path) }
            if !answers, startedAt.map({ .now - $0 > PlayoutStarter.startMax }) ?? true {
                try await start()
                startedAt = .now
            }
            do {
                try await ContinuousClock().sleep(for: PlayoutStarter.lookEvery)
            } catch {
                break
            }
        }
        guard isStopping() else { return }
        await end()
    }

    private func start() async throws {
        let (arguments, environment) = (desk.playoutArguments, desk.environment)
        let outcome = await offPool { PlayoutStarter.spawn(arguments, environment) }
        switch outcome {
        case .success(let process):
            logger.notice("playout started", metadata: ["pid": "\(process)"])
            let logger = logger
            // Nobody joins it: it waits for the playout's end, so that the system can forget it.
            _ = try OSThread(name: "playout-end") {
                let end = ChildEnd.waiting(for: process)
                logger.notice("playout ended", metadata: ["pid": "\(process)", "status": "\(end)"])
            }
        case .failure(let error):
            logger.error("the playout cannot be started", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// Whether somebody listens at the socket.
    private static func answers(_ path: String) -> Bool {
        guard let descriptor = connected(path) else { return false }
        close(descriptor)
        return true
    }

    /// - Returns: a socket with the playout at its other end; `nil` when nobody is there.
    private static func connected(_ path: String) -> Int32? {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return nil
    }

    /// Starts a program in a session of its own, with our standard error and nothing else of ours.
    private static func spawn(
        _ arguments: [String],
        _ environment: [String: String]
    ) -> Result<pid_t, ChildLaunchError> {
        // What systemd says to the daemon is said to the daemon alone.
        let own = environment.filter { $0.key != "NOTIFY_SOCKET" && !$0.key.hasPrefix("WATCHDOG_") }
        var launch = ChildLaunch(arguments[0], Array(arguments.dropFirst()), environment: own)
        launch.place = .ownSession
        // It outlives the daemon: with the daemon's sockets in its hands the next one could not listen.
        launch.closesOthers = true
        return Result { () throws(ChildLaunchError) in try launch.start() }
    }

    /// How long the playout may take to end.
    private static let endMax: Duration = .seconds(3)

    /// Asks the playout to end; one that is not there has ended.
    ///
    /// By a line of its own and on a thread of its own: this task is cancelled, and with it all that it would wait for.
    private func end() async {
        let path = desk.socketPath
        let isEnded = await offPool { PlayoutStarter.end(path) }
        if !isEnded { logger.warning("the playout was told to end, and has not answered") }
    }

    /// - Returns: whether it has closed the line, or is not there.
    private static func end(_ path: String) -> Bool {
        guard let descriptor = connected(path) else { return true }
        defer { close(descriptor) }
        guard let hello = try? LinkCoding.request(Hello(client: "cryptocalld, stopping"), id: 1),
            let shutdown = try? LinkCoding.request(Shutdown(), id: 2)
        else { return false }
        let lines = hello + shutdown
        guard
            lines.withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) })
                == lines.count
        else { return false }
        let start = ContinuousClock.now
        var chunk = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now - start < endMax {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 100) > 0 else { continue }
            // What it says does not matter; that it says nothing more does.
            if read(descriptor, &chunk, chunk.count) <= 0 { return true }
        }
        return false
    }
}
