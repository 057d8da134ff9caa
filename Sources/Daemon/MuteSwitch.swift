import Bus
import Domain
import Store
import Threading

/// The emergency stop: while it is on, nothing goes on the air and nothing is spent.
///
/// It acts at once and in memory; that it was thrown is then written down, and survives a restart.
final class MuteSwitch: Sendable {
    private let state = Atomic<Bool>(false)
    private let store: any Storage
    private let author: Incarnation

    private static let setting = SettingKey<Bool>("air.muted")

    init(store: any Storage, author: Incarnation) {
        self.store = store
        self.author = author
    }

    /// Cheap enough to be asked before every sentence.
    var isMuted: Bool { state.load(ordering: .acquiring) }

    /// Takes over what was set before the last stop.
    func restore() async throws(StoreError) {
        if try await store.setting(Self.setting) ?? false { state.store(true, ordering: .releasing) }
    }

    /// Throws the switch, then logs the fact as an event and a setting in one transaction.
    ///
    /// - Throws: `StoreError` when that could not be written. When muting, the switch is on all the same; when
    ///   unmuting, it is turned only after the write, because silence is the safe side.
    func set(_ muted: Bool, reason: String?, caller: String) async throws(StoreError) {
        if muted { state.store(true, ordering: .releasing) }
        let event = AirMuted(muted: muted, reason: reason, caller: caller)
        do {
            _ = try await store.commit(by: author) { transaction in
                try transaction.set(Self.setting, to: muted)
                try transaction.append(event)
            }
        } catch {
            throw error as? StoreError ?? StoreError(.failed, "air.muted", detail: "\(error)")
        }
        if !muted { state.store(false, ordering: .releasing) }
    }
}
