import Bus
import Market
import Store
import Threading

/// Keeps how much every provider was asked, so that a restart does not begin to count a month anew.
final class MarketCounts: Sendable {
    private static let counts = SettingKey<[String: [WindowCount]]>("market.counts")

    private let feed: MarketFeed
    private let store: any Storage
    private let saved = Mutex<[String: [WindowCount]]>([:])

    init(feed: MarketFeed, store: any Storage) {
        self.feed = feed
        self.store = store
    }

    /// Goes on counting where the last run has stopped.
    func restore() async throws(StoreError) {
        guard let stored = try await store.setting(MarketCounts.counts) else { return }
        feed.source.restore(stored)
    }

    /// Stores what has changed.
    func save() async throws(StoreError) {
        let counted = feed.source.counted
        guard counted != saved.withLock({ $0 }) else { return }
        try await store.set(MarketCounts.counts, to: counted)
        saved.withLock { $0 = counted }
    }
}
