import Bus
import Glibc
import Store
import Threading

/// Measures the event log: group-committed appends, opening a long log, reading it.
///
/// Usage: `LogBench [FOLDER [EVENTS]]`. The folder must exist and be empty; without one a temporary folder is used.
/// Prints one line of JSON.
@main
struct LogBench {
    let folder: String
    let count: Int
    let author = Incarnation(of: "bench")
    private var figures: [(String, Double)] = []

    static func main() async throws {
        let arguments = CommandLine.arguments
        var template = Array("/var/tmp/logbench-XXXXXX".utf8CString)
        let folder = arguments.count > 1 ? arguments[1] : mkdtemp(&template).map { String(cString: $0) }
        guard let folder else { throw StoreError(.unreachable, "temporary folder") }
        var bench = LogBench(folder: folder, count: arguments.count > 2 ? Int(arguments[2]) ?? 1_000_000 : 1_000_000)
        try await bench.run()
        if arguments.count < 2 { bench.removeFiles() }
    }

    private init(folder: String, count: Int) {
        self.folder = folder
        self.count = count
    }

    private mutating func run() async throws {
        try await measureAppends("batches", producers: 16, batch: 100, total: count / 4, encoded: false)
        try await measureAppends("encoded_batches", producers: 16, batch: 100, total: count / 4, encoded: true)
        try await measureAppends("singles", producers: 512, batch: 1, total: count / 10, encoded: false)
        try await measureAppends("lone_single", producers: 1, batch: 1, total: count / 200, encoded: false)
        try await measureRecoveryAndReading()
        let body = figures.map { "\"\($0.0)\":\(text($0.1))" }.joined(separator: ",")
        print("{\"bench\":\"log\",\"payload_bytes\":\(try EventCodec.encode(VoteCast.make(1)).count),\(body)}")
    }

    private func text(_ value: Double) -> String {
        value >= 100 ? "\(Int(value.rounded()))" : "\((value * 10_000).rounded() / 10_000)"
    }

    private func makeBus() throws -> EventBus { try EventBus(types: [VoteCast.self]) }

    private func open(_ name: String) async throws -> SQLiteStore {
        try await SQLiteStore.open(SQLiteConfig(path: "\(folder)/\(name).db"), bus: makeBus())
    }

    /// Several producers append at once; the rate is that of acknowledged events.
    private mutating func measureAppends(
        _ name: String,
        producers: Int,
        batch: Int,
        total: Int,
        encoded: Bool
    ) async throws {
        let store = try await open(name)
        let rounds = max(1, total / (producers * batch))
        let watch = Stopwatch()
        try await append(to: store, producers: producers, batch: batch, rounds: rounds, encoded: encoded)
        let events = Double(producers * batch * rounds)
        figures.append(("appends_per_s_\(name)", events / watch.seconds))
        figures.append(("appends_per_cpu_s_\(name)", events / watch.processorSeconds))
        figures.append(("events_per_commit_\(name)", events / Double(max(1, store.statistics.commits))))
        await store.close()
    }

    private func append(
        to store: SQLiteStore,
        producers: Int,
        batch: Int,
        rounds: Int,
        encoded: Bool
    ) async throws {
        let author = author
        let prepared = try (0..<batch).map { try PendingEvent(VoteCast.make($0)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<producers {
                group.addTask {
                    for _ in 0..<rounds {
                        let events = encoded ? prepared : try (0..<batch).map { try PendingEvent(VoteCast.make($0)) }
                        _ = try await store.append(events, by: author)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private mutating func measureRecoveryAndReading() async throws {
        let store = try await open("long")
        try await append(to: store, producers: 10, batch: 1000, rounds: max(1, count / 10_000), encoded: true)
        copyAsAfterACrash(from: "long", to: "crashed")
        await store.close()
        for name in ["long", "crashed"] {
            let watch = Stopwatch()
            let reopened = try await open(name)
            figures.append((name == "long" ? "recovery_s" : "recovery_after_crash_s", watch.seconds))
            if name == "long" {
                figures.append(("recovered_events", Double(reopened.position.count)))
                try await measureReading(reopened)
            }
            await reopened.close()
        }
    }

    private mutating func measureReading(_ store: SQLiteStore) async throws {
        var next: UInt64 = 0
        var pages = 0.0
        var events = 0.0
        let watch = Stopwatch()
        while next <= store.position.head {
            let page = try await store.read(.prefix("bench."), from: next, limit: 1000)
            next = page.next
            pages += 1
            events += Double(page.events.count)
        }
        figures.append(("page_read_per_s", pages / watch.seconds))
        figures.append(("events_read_per_s", events / watch.seconds))
        let scan = Stopwatch()
        next = 0
        while next <= store.position.head { next = try await store.read(.prefix("other."), from: next).next }
        figures.append(("offsets_scanned_per_s", events / scan.seconds))
    }

    /// A copy of the files of an open database is what a crash leaves behind.
    private func copyAsAfterACrash(from name: String, to copy: String) {
        for suffix in ["", "-wal"] {
            let source = fopen("\(folder)/\(name).db\(suffix)", "r")
            let target = fopen("\(folder)/\(copy).db\(suffix)", "w")
            guard let source, let target else { continue }
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = fread(&buffer, 1, buffer.count, source)
                guard count > 0 else { break }
                fwrite(buffer, 1, count, target)
            }
            fclose(source)
            fclose(target)
        }
    }

    private func removeFiles() {
        for name in ["batches", "encoded_batches", "singles", "lone_single", "long", "crashed"] {
            for suffix in ["", "-wal", "-shm", ".lock"] { unlink("\(folder)/\(name).db\(suffix)") }
        }
        rmdir(folder)
    }
}
