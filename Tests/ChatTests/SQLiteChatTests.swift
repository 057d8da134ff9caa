import Store
import TestKit
import Testing

@Suite struct SQLiteChatTests {
    @Test(arguments: ChatContract.checks)
    func `SQLite keeps the contract of chats`(check: ChatContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = ChatContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
