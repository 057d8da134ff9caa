import Foundation
import Playout
import PlayoutLink
import TestKit
import Threading

/// The real program, started by a test in a folder of its own.
final class RunningPlayout: Sendable {
    let home: String
    let log: String
    let processID: pid_t
    private let hasEnded = Mutex(false)

    /// - Parameters:
    ///   - folder: where everything lies; used again to start a second time.
    ///   - capture: the name of a file in it that gets the programme.
    ///   - environment: variables beside those of the test.
    /// - Throws: `POSIXError` when it cannot be started.
    init(in folder: TemporaryFolder, capture: String? = nil, environment: [String: String] = [:]) throws {
        home = folder.path("h")
        log = folder.path("log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: home + "/state/audio", withIntermediateDirectories: true)
        let program = try RunningPlayout.program()
        var words = [program, "--home", home]
        if let capture { words += ["--capture", folder.path(capture)] }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // The threads of the concurrency pool block every signal, and a child inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        var arguments = words.map { strdup($0) } + [nil]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var processID = pid_t()
        let code = posix_spawn(&processID, program, &actions, &attributes, &arguments, &environment)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        self.processID = processID
    }

    deinit {
        guard !hasEnded.withLock({ $0 }) else { return }
        kill(SIGKILL)
        _ = wait()
    }

    /// The program beside the tests; it has the product's name in a whole build and the target's in a part of one.
    private static func program() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: tests).deletingLastPathComponent()
        let programs = ["cryptocall-playout", "PlayoutProgram"].map { folder.appending(path: $0) }
        func time(_ url: URL) -> Date? {
            try? url.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
        }
        let newest = programs.filter { time($0) != nil }.max { (time($0) ?? .distantPast) < (time($1) ?? .distantPast) }
        guard let newest else { throw CocoaError(.fileNoSuchFile) }
        return newest.path
    }

    var socketPath: String { home + "/run/playout.sock" }

    func audio(_ name: String) -> String { home + "/state/audio/" + name }

    func kill(_ signal: Int32) {
        hasEnded.withLock { hasEnded in
            if !hasEnded { _ = Glibc.kill(processID, signal) }
        }
    }

    /// Waits for the end; blocks, but only as long as the program takes to end.
    ///
    /// - Returns: the exit code, or the number of the signal that ended it as a negative number.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        hasEnded.withLock { $0 = true }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }

    var logText: String {
        get throws { String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self) }
    }
}

/// What a client hears, one thing after the other.
struct Updates {
    private var iterator: AsyncStream<PlayoutUpdate>.Iterator
    /// Every event but the levels, in order.
    private(set) var events: [PlayoutEvent] = []

    init(_ client: PlayoutClient) { iterator = client.updates.makeAsyncIterator() }

    /// Waits for the first update of which the closure makes something.
    mutating func first<Found>(_ find: (PlayoutUpdate) -> Found?) async throws -> Found {
        while let update = await iterator.next(isolation: #isolation) {
            if case .event(let event) = update {
                if case .level = event.detail {} else { events.append(event) }
            }
            if let found = find(update) { return found }
        }
        throw CancellationError()
    }

    mutating func connected() async throws -> PlayoutStatus {
        try await first { if case .connected(let status) = $0 { status } else { nil } }
    }

    mutating func event(_ name: String, _ id: String? = nil) async throws -> PlayoutEvent {
        try await first { update in
            guard case .event(let event) = update, event.detail.name == name else { return nil }
            switch event.detail {
            case .itemStarted(let start): return id == nil || start.id == id ? event : nil
            case .itemEnded(let end): return id == nil || end.id == id ? event : nil
            default: return event
            }
        }
    }
}

/// Runs a client for as long as the body.
func withClient<Result: Sendable>(
    _ socketPath: String,
    _ body: @Sendable (PlayoutClient) async throws -> Result
) async throws -> Result {
    var settings = PlayoutClient.Settings(socketPath: socketPath, client: "test")
    settings.backoff = .milliseconds(20)...(.milliseconds(100))
    let client = try PlayoutClient(settings)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        // The client's own life; it ends with the group.
        group.addTask { try await client.run() }
        let result = try await body(client)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}
