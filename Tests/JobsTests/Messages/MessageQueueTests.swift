import Bus
import Foundation
import Jobs
import Store
import TestKit
import Testing

@Suite(.timeLimit(.minutes(2))) struct MessageQueueTests {
    @Test(arguments: MessageQueueContract.checks)
    func `SQLite keeps the contract of message queues`(check: MessageQueueContract.Check) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "messages-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let config = SQLiteConfig(path: folder.appending(path: "store.db").path)
        let store = try await SQLiteStore.open(config, bus: EventBus(types: []))
        try await check.run(MessageQueueContract(store: store))
        await store.close()
    }
}
