package import Bus
import Threading

/// Where the briefing lies, for everybody who says something: hosts, and answers to questions.
///
/// It outlives the actor that fills it, so that a restart forgets nothing.
package final class BriefingRoom: Sendable {
    private struct Listener: Sendable { weak var bell: Bell? }

    private struct State {
        var briefing = Briefing()
        var listeners: [Listener] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// What is true now.
    package var briefing: Briefing { state.withLock { $0.briefing } }

    /// Rings a bell whenever the briefing changes, as long as there is somebody who keeps the bell.
    package func notify(_ bell: Bell) {
        state.withLock { state in
            state.listeners.removeAll { $0.bell == nil }
            state.listeners.append(Listener(bell: bell))
        }
    }

    func change(_ change: (inout Briefing) -> Void) {
        let bells = state.withLock { state in
            change(&state.briefing)
            return state.listeners.compactMap(\.bell)
        }
        for bell in bells { bell.ring() }
    }
}
