import Bus
import Domain
import Store
import Threading

/// Stops what goes on the air, at once and over restarts.
///
/// It acts in memory first; that it was thrown is then written down.
final class AirSwitch: Sendable {
    private let state = Atomic<Bool>(false)
    private let store: any Storage
    private let author: Incarnation
    private let setting: SettingKey<Bool>
    private let event: @Sendable (Bool, String?, String) -> any DurableEvent

    /// The emergency stop: while it is on, listeners hear nothing and nothing is spent.
    static func mute(store: any Storage, author: Incarnation) -> AirSwitch {
        AirSwitch(store: store, author: author, setting: SettingKey("air.muted")) { isOn, reason, caller in
            AirMuted(muted: isOn, reason: reason, caller: caller)
        }
    }

    /// Off the air: while it is on, hosts write and say nothing, and listeners hear the bed and who is to be heard here.
    static func offAir(store: any Storage, author: Incarnation) -> AirSwitch {
        AirSwitch(store: store, author: author, setting: SettingKey("air.stopped")) { isOn, reason, caller in
            AirStopped(stopped: isOn, reason: reason, caller: caller)
        }
    }

    private init(
        store: any Storage,
        author: Incarnation,
        setting: SettingKey<Bool>,
        event: @escaping @Sendable (Bool, String?, String) -> any DurableEvent
    ) {
        self.store = store
        self.author = author
        self.setting = setting
        self.event = event
    }

    /// Cheap enough to be asked before every sentence.
    var isOn: Bool { state.load(ordering: .acquiring) }

    /// Takes over what was set before the last stop.
    func restore() async throws(StoreError) {
        if try await store.setting(setting) ?? false { state.store(true, ordering: .releasing) }
    }

    /// Throws the switch, then logs the fact as an event and a setting in one transaction.
    ///
    /// - Throws: `StoreError` when that could not be written. When it goes on, it is on all the same; when it goes off,
    ///   that happens only after the write, because silence is the safe side.
    func set(_ isOn: Bool, reason: String?, caller: String) async throws(StoreError) {
        if isOn { state.store(true, ordering: .releasing) }
        let event = event(isOn, reason, caller)
        do {
            _ = try await store.commit(by: author) { [setting] transaction in
                try transaction.set(setting, to: isOn)
                try transaction.append(event)
            }
        } catch {
            throw error as? StoreError ?? StoreError(.failed, setting.name, detail: "\(error)")
        }
        if !isOn { state.store(false, ordering: .releasing) }
    }
}
