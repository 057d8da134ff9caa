import Bus
import Domain
import Store
import Threading

/// Stops what goes on the air, at once and over restarts.
///
/// It acts in memory first; that it was thrown is then written down.
final class AirSwitch: Sendable {
    private let state = Atomic<Bool>(false)
    /// Who waits for the switch, in their order: one turn of it is written down before the next.
    private let turns = Mutex(Turns())

    private struct Turns {
        var isBusy = false
        /// How many that switch it on are not written down yet.
        var stopsUnderWay = 0
        /// Bounded by the calls that the doors let in at once.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

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
        // Silence waits for nobody, and no release that is under way ends it.
        if isOn { begin() }
        defer { if isOn { turns.withLock { $0.stopsUnderWay -= 1 } } }
        await takeTurn()
        defer { endTurn() }
        let event = event(isOn, reason, caller)
        do {
            _ = try await store.commit(by: author) { [setting] transaction in
                try transaction.set(setting, to: isOn)
                try transaction.append(event)
            }
        } catch {
            throw error as? StoreError ?? StoreError(.failed, setting.name, detail: "\(error)")
        }
        if !isOn { release() }
    }

    private func begin() {
        turns.withLock { turns in
            turns.stopsUnderWay += 1
            state.store(true, ordering: .releasing)
        }
    }

    private func release() {
        turns.withLock { if $0.stopsUnderWay == 0 { state.store(false, ordering: .releasing) } }
    }

    /// Waits until those that came before are written down, so that the last one is the last in the store too.
    private func takeTurn() async {
        await withCheckedContinuation { continuation in
            let isFree = turns.withLock { turns in
                defer { turns.isBusy = true }
                if turns.isBusy { turns.waiting.append(continuation) }
                return !turns.isBusy
            }
            if isFree { continuation.resume() }
        }
    }

    private func endTurn() {
        let next = turns.withLock { turns -> CheckedContinuation<Void, Never>? in
            if turns.waiting.isEmpty {
                turns.isBusy = false
                return nil
            }
            return turns.waiting.removeFirst()
        }
        next?.resume()
    }
}
