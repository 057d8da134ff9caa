import Threading

/// Everything that happened at a loopback server, and who waits for what.
final class LoopbackEventLog: Sendable {
    typealias Event = LoopbackHTTPServer.Event

    private struct State {
        var events: [Event] = []
        var waiters: [(matches: @Sendable (Event) -> Bool, waiter: CheckedContinuation<Event, Never>)] = []
    }

    private let state = Mutex(State())

    var all: [Event] { state.withLock { $0.events } }

    func append(_ kind: Event.Kind, connection: Int) {
        let event = Event(kind: kind, connection: connection, instant: .now)
        let happy = state.withLock { state in
            state.events.append(event)
            let happy = state.waiters.filter { $0.matches(event) }.map(\.waiter)
            state.waiters.removeAll { $0.matches(event) }
            return happy
        }
        for waiter in happy { waiter.resume(returning: event) }
    }

    func first(where matches: @escaping @Sendable (Event) -> Bool) async -> Event {
        await withCheckedContinuation { waiter in
            let past: Event? = state.withLock { state in
                if let event = state.events.first(where: matches) { return event }
                state.waiters.append((matches, waiter))
                return nil
            }
            if let past { waiter.resume(returning: past) }
        }
    }
}
