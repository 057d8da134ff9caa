import Bus
import Jobs
import Store
import Trends

/// Keeps the list and what was spent for it, for all daemons of the station together.
///
/// On a shared database one of them searches at a time, so that the money of a day is counted once.
struct TrendLedger: Sendable {
    private static let record = SettingKey<TrendRecord>("trends.record")
    private static let lease = "trends"

    private let store: any Storage
    private let leadership: Leadership?

    init(store: any Storage) {
        self.store = store
        // SQLite's file is ours alone.
        leadership = store.dialect == .sqlite ? nil : Leadership(store: store)
    }

    /// The right to search, until it is given back or has run out.
    struct Turn: Sendable {
        fileprivate let lease: Lease?
    }

    /// - Parameter length: how long the search may take.
    /// - Returns: `nil` while another daemon searches.
    /// - Throws: `StoreError`.
    func take(for length: Duration) async throws(StoreError) -> Turn? {
        guard let leadership else { return Turn(lease: nil) }
        return try await leadership.acquire(TrendLedger.lease, for: length).map(Turn.init)
    }

    func giveBack(_ turn: Turn) async throws(StoreError) {
        guard let lease = turn.lease else { return }
        try await leadership?.release(lease)
    }

    /// - Throws: `StoreError`, with `.corrupt` for a record that nobody can read.
    func read() async throws(StoreError) -> TrendRecord? { try await store.setting(TrendLedger.record) }

    func write(_ record: TrendRecord, by author: Incarnation) async throws(StoreError) {
        do {
            _ = try await store.commit(by: author) { transaction in
                try transaction.set(TrendLedger.record, to: record)
            }
        } catch {
            throw error as? StoreError ?? StoreError(.failed, TrendLedger.record.name, detail: "\(error)")
        }
    }
}
