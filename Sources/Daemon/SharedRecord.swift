import Bus
import Jobs
import Store

/// Something that is written down for all daemons of the station together, and the right to change it.
///
/// On a shared database one of them works on it at a time, so that nothing is asked or paid for twice.
struct SharedRecord<Record: Codable & Sendable>: Sendable {
    private let key: SettingKey<Record>
    private let lease: String
    private let store: any Storage
    private let leadership: Leadership?

    /// - Parameters:
    ///   - key: the setting it is kept in.
    ///   - lease: what the right is called.
    ///   - store: where both are.
    init(_ key: SettingKey<Record>, lease: String, store: any Storage) {
        self.key = key
        self.lease = lease
        self.store = store
        // SQLite's file is ours alone.
        leadership = store.dialect == .sqlite ? nil : Leadership(store: store)
    }

    /// The right to work on it, until it is given back or has run out.
    struct Turn: Sendable {
        fileprivate let lease: Lease?
    }

    /// - Parameter length: how long the work may take.
    /// - Returns: `nil` while another daemon is at it.
    /// - Throws: `StoreError`.
    func take(for length: Duration) async throws(StoreError) -> Turn? {
        guard let leadership else { return Turn(lease: nil) }
        return try await leadership.acquire(lease, for: length).map(Turn.init)
    }

    func giveBack(_ turn: Turn) async throws(StoreError) {
        guard let lease = turn.lease else { return }
        try await leadership?.release(lease)
    }

    /// - Throws: `StoreError`, with `.corrupt` for a record that nobody can read.
    func read() async throws(StoreError) -> Record? { try await store.setting(key) }

    func write(_ record: Record, by author: Incarnation) async throws(StoreError) {
        let key = key
        do {
            _ = try await store.commit(by: author) { transaction in try transaction.set(key, to: record) }
        } catch {
            throw error as? StoreError ?? StoreError(.failed, key.name, detail: "\(error)")
        }
    }
}
