import Bus
import Threading

/// What credentials have proven lately, so that a request need not ask the store each time.
///
/// Bounded: two generations of entries; when the younger is full, the older is dropped. What was looked up in the store
/// before a revocation is not let in after it.
final class AccessCache: Sendable {
    /// What a credential is, as far as the store is asked about it.
    enum Grant: Hashable, Sendable {
        case session(UUIDv7)
        case key(UUIDv7)
    }

    struct Entry: Sendable {
        let principal: Principal
        let grant: Grant
        /// When the credential itself ends.
        let expires: Timestamp
        /// When the store was last asked.
        let checkedAt: Timestamp
        /// When the last use was last written.
        var notedAt: Timestamp
    }

    private struct State {
        var young: [SecretDigest: Entry] = [:]
        var old: [SecretDigest: Entry] = [:]
        var epoch: UInt64 = 0
    }

    private let generationMax: Int
    private let state = Mutex(State())

    /// - Parameter countMax: the most entries.
    init(countMax: Int) { generationMax = max(1, countMax / 2) }

    var count: Int { state.withLock { $0.young.count + $0.old.count } }

    func find(_ digest: SecretDigest) -> Entry? {
        state.withLock { state in
            if let entry = state.young[digest] { return entry }
            guard let entry = state.old.removeValue(forKey: digest) else { return nil }
            insert(entry, digest, &state)
            return entry
        }
    }

    /// To be taken before the store is asked, and handed in with the answer.
    var epoch: UInt64 { state.withLock { $0.epoch } }

    /// Keeps an entry, unless something has been revoked since the epoch.
    func keep(_ entry: Entry, for digest: SecretDigest, since epoch: UInt64) {
        state.withLock { state in
            guard state.epoch == epoch else { return }
            state.old.removeValue(forKey: digest)
            insert(entry, digest, &state)
        }
    }

    /// Notes that the last use is being written, so that only one request does it.
    ///
    /// - Returns: whether it is the caller who should.
    func beginNoting(_ digest: SecretDigest, at now: Timestamp, every interval: Duration) -> Bool {
        state.withLock { state in
            guard var entry = state.young[digest], entry.notedAt.advanced(by: interval) <= now else { return false }
            entry.notedAt = now
            state.young[digest] = entry
            return true
        }
    }

    /// Forgets what a condition holds of; whatever is being looked up now is not kept.
    func forget(where isGone: (Entry) -> Bool) {
        state.withLock { state in
            state.epoch += 1
            for (digest, entry) in state.young where isGone(entry) { state.young.removeValue(forKey: digest) }
            for (digest, entry) in state.old where isGone(entry) { state.old.removeValue(forKey: digest) }
        }
    }

    private func insert(_ entry: Entry, _ digest: SecretDigest, _ state: inout State) {
        if state.young.count >= generationMax, state.young[digest] == nil {
            state.old = state.young
            state.young = [:]
        }
        state.young[digest] = entry
    }
}
