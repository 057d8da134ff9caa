import Bus
import Foundation
import Glibc
import Store
import TestKit
import Threading

/// The child's life: appends from four tasks, notes each acknowledged event in a file, and kills itself in the middle.
func appendUntilKilled() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let database = environment["STORE_TEST_DATABASE"], let list = environment["STORE_TEST_ACKNOWLEDGED"] else {
        return
    }
    let file = open(list, O_WRONLY | O_APPEND | O_CREAT, 0o600)
    let bus = try EventBus(types: [BallotCast.self])
    let store = try await SQLiteStore.open(SQLiteConfig(path: database), bus: bus)
    let acknowledged = Counter()
    let enough = Int.random(in: 100...300)
    // Another thread does the killing, so that it hits the writer anywhere.
    let killer = try OSThread(name: "killer") {
        while acknowledged.value < enough { usleep(50) }
        kill(getpid(), SIGKILL)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
            group.addTask {
                let author = Incarnation(of: "author")
                for number in 0..<100_000 {
                    let batch = try (0...(number % 3)).map { try PendingEvent(BallotCast(number + $0)) }
                    for header in try await store.append(batch, by: author) {
                        let line = "\(header.offset ?? 0) \(header.id) end\n"
                        write(file, line, line.utf8.count)
                        acknowledged.increment()
                    }
                }
            }
        }
        try await group.waitForAll()
    }
    killer.join()
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func increment() { count.add(1, ordering: .relaxed) }
}
