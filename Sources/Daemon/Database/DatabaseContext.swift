import Bus
import BusZeroMQ
import Domain
import Glibc
import Store
import Threading

/// What a database command works with: the station's configuration, and a way to say how far it is.
struct DatabaseContext: Sendable {
    let config: LoadedConfig
    let environment: [String: String]
    let place: DatabasePlace
    private let lastLine = ProgressLine()

    /// Reads the configuration as the daemon would.
    ///
    /// - Throws: `DatabaseFailure` with every mistake in it.
    init(_ request: ConfigRequest) throws {
        let report = ConfigLoader(request).load()
        guard let config = report.usable else {
            throw DatabaseFailure(.config, report.problems.map(\.description).joined(separator: "\n"))
        }
        self.config = config
        environment = request.environment
        do {
            place = try DatabasePlace(config, environment: request.environment)
        } catch {
            throw DatabaseFailure(.noPermission, "store.postgres.password: \(error)")
        }
    }

    var backupFolder: String { config.backupFolder }

    /// Says on standard error what is being done; the same thing twice is said once.
    func tell(_ text: String) { lastLine.show(text) }

    /// Opens the store, which makes and migrates the database, and closes it again.
    func migrate(_ other: DatabasePlace? = nil) async throws {
        let place = other ?? place
        if case .sqlite = place { try StationFolders(config.layout).make() }
        let opening = StoreOpening(place: place, backupFolder: backupFolder, onProgress: { [self] in tell($0) })
        let store = try await opening.open(bus: try EventBus(types: EventCatalogue.all))
        await store.close()
    }
}

/// Lines on standard error, each once.
private final class ProgressLine: Sendable {
    private let last = Mutex("")

    func show(_ text: String) {
        let isNew = last.withLock { last in
            defer { last = text }
            return last != text
        }
        guard isNew, text != "working" else { return }
        let line = Array("\(TOMLText.oneLine(text)) ...\n".utf8)
        // Progress that cannot be shown is no reason to stop.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
