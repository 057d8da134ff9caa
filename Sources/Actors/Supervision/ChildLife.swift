import Bus
import Threading

/// One incarnation at run time: its fence, the signal that stops it, and whom it reports to.
final class ChildLife: Sendable {
    let incarnation: Incarnation
    let spec: ChildSpec
    let cell: ChildCell
    let signal: StopSignal
    private let supervisor: Supervisor
    /// The nested supervisor, where this life is one, and what was asked of it before it was there.
    private let nested = Mutex(Nested())

    private struct Nested {
        var supervisor: Supervisor?
        var isStopped = false
        var isAbandoned = false
    }

    init(incarnation: Incarnation, spec: ChildSpec, cell: ChildCell, signal: StopSignal, supervisor: Supervisor) {
        self.incarnation = incarnation
        self.spec = spec
        self.cell = cell
        self.signal = signal
        self.supervisor = supervisor
    }

    var name: ActorName { incarnation.name }
    var number: UInt64 { incarnation.number }
    var nestedSupervisor: Supervisor? { nested.withLock { $0.supervisor } }

    func reportReady() { supervisor.childReady(self) }

    func reportProgress() {
        guard !incarnation.isFenced else { return }
        cell.noteProgress(at: supervisor.clock.now)
    }

    /// Makes a nested supervisor the one that stops are passed on to.
    func adopt(_ supervisor: Supervisor) {
        let asked = nested.withLock { state -> Nested in
            state.supervisor = supervisor
            return state
        }
        if asked.isStopped { supervisor.stop() }
        if asked.isAbandoned { supervisor.abandon() }
    }

    /// Asks it to end: cancels a worker's task, stops a nested supervisor in order.
    func stop() {
        guard spec.isSupervisor else { return signal.give() }
        nested.withLock { state -> Supervisor? in
            state.isStopped = true
            return state.supervisor
        }?.stop()
    }

    /// Shuts it out, with everything below it.
    func fence() {
        incarnation.fence()
        guard spec.isSupervisor else { return signal.give() }
        nested.withLock { state -> Supervisor? in
            state.isAbandoned = true
            return state.supervisor
        }?.abandon()
    }
}
