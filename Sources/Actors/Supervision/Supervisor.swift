package import Bus
import Threading

/// Runs the children of one `SupervisorSpec`, and through them the tree below.
///
/// **Who runs what.** `run()` owns a task group; every child is a task of it, and inside that a group of its own with
/// the actor's task. Cancelling one child means cancelling its inner group. Nothing runs outside this structure.
///
/// **Two kinds of end.** A supervisor ends *logically* when each child has ended or has been shut out; then its parent is
/// told and may start the next one. Its task ends when the last zombie's task does, because a task group cannot be left
/// before. So zombies stay in the groups of those who started them, up to the group that `withSupervision` opens at the
/// top of the process. That one is the graveyard: what still hangs in it when all is over, only the exit of the process
/// clears away.
///
/// **Who decides.** `SupervisorState`, under one lock. Whoever causes an event (a child's task, the timer, an operator)
/// feeds it in and carries the actions out, unless another is doing so; then that one takes them over. So actions and
/// reports keep their order with no lock held, and a child that failed is replaced on the task it failed on, without a
/// hop to anybody.
package final class Supervisor: Sendable {
    let spec: SupervisorSpec
    let clock: SupervisionClock
    let registry: CellRegistry
    let observer: SupervisionObserver?
    let parent: ChildLife?
    let core: Mutex<SupervisorCore>
    private let parentSupervisor: Supervisor?

    /// The top of a tree.
    ///
    /// - Parameters:
    ///   - spec: the tree; see `SupervisorSpec.check`.
    ///   - clock: what its deadlines are measured by.
    ///   - seed: where the scatter of backoff comes from.
    ///   - observer: receives every report; must not block.
    /// - Throws: `SupervisionCommandError.invalid` with every mistake in the tree.
    package convenience init(
        _ spec: SupervisorSpec,
        clock: SupervisionClock = .system,
        seed: UInt64 = .random(in: .min ... .max),
        observer: SupervisionObserver? = nil
    ) throws(SupervisionCommandError) {
        let problems = spec.check()
        guard problems.isEmpty else { throw .invalid(problems) }
        let registry = CellRegistry()
        _ = registry.reserve(spec.allNames)  // Never refused: the check found each name once, and the registry is new.
        self.init(spec, clock: clock, registry: registry, seed: seed, observer: observer, parent: nil, above: nil)
    }

    init(
        _ spec: SupervisorSpec,
        clock: SupervisionClock,
        registry: CellRegistry,
        seed: UInt64,
        observer: SupervisionObserver?,
        parent: ChildLife?,
        above: Supervisor?
    ) {
        self.spec = spec
        self.clock = clock
        self.registry = registry
        self.observer = observer
        self.parent = parent
        parentSupervisor = above
        var lastNumbers: [ActorName: UInt64] = [:]
        for child in spec.children {
            if let past = registry.cell(for: child.name)?.lastNumber { lastNumbers[child.name] = past }
        }
        core = Mutex(SupervisorCore(SupervisorState(spec, lastNumbers: lastNumbers, seed: seed)))
        for child in spec.children {
            let cell = registry.claim(child.name, for: self)
            core.withLock { $0.take(child, cell) }
        }
    }

    package var name: ActorName { spec.name }

    /// Starts the children.
    ///
    /// They run once `run()` does.
    package func begin() { post { $0.start(at: $1) } }

    /// Stops the children in reverse order, then ends.
    ///
    /// Safe from any thread, before the start too, and more than once.
    package func stop() { post { $0.stop(at: $1) } }

    /// Shuts everything out at once and ends.
    func abandon() { post { $0.abandon(at: $1) } }

    /// Does what is due now.
    ///
    /// The watchdog's thread calls this too, so that deadlines and fences do not depend on the pool.
    package func tick() {
        let cells = core.withLock { Array($0.cells.values) }
        tickDue()
        for cell in cells { cell.life?.nestedSupervisor?.tick() }
    }

    func tickDue() {
        post { state, now in state.tick(at: now) { self.registry.cell(for: $0)?.lastProgress } }
    }

    /// How it ended; waits until it has.
    ///
    /// Not cut short by cancellation: a stop is what ends it.
    package func ended() async -> SupervisorOutcome {
        await withCheckedContinuation { continuation in
            let outcome = core.withLock { core -> SupervisorOutcome? in
                if core.outcome == nil { core.endWaiters.append(continuation) }
                return core.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// Incarnations of the whole tree that were shut out and have not ended.
    ///
    /// Kept at the top only.
    package var zombieCount: Int { core.withLock { $0.zombiesInTree } }

    // MARK: - Events

    func childReady(_ life: ChildLife) {
        post { $0.childReady(life.name, number: life.number, at: $1) }
    }

    /// What a child's task does after its life has ended.
    enum AfterExit {
        case end
        case resume
        case again(ChildLife)
    }

    /// A child's task has ended its life.
    ///
    /// - Parameters:
    ///   - life: the life that ended.
    ///   - reason: why it ended.
    ///   - mayGoOn: whether the task can carry the next incarnation.
    /// - Returns: what the task does now.
    func childExited(_ life: ChildLife, _ reason: ExitReason, mayGoOn: Bool) -> AfterExit {
        let now = clock.now
        let (resumes, isMine) = core.withLock { core -> (Bool, Bool) in
            let resumes = core.state.childExited(life.name, number: life.number, reason, at: now)
            // From here on nothing this life left behind can act, before anything of the next one starts.
            if !resumes { life.incarnation.fence() }
            return (resumes, core.claim())
        }
        let next = isMine ? drain(onTaskOf: mayGoOn ? life : nil) : nil
        if resumes { return .resume }
        if let next { return .again(next) }
        return .end
    }

    /// Feeds one event in, and carries out what follows unless somebody else is at it.
    func post(_ event: (inout SupervisorState, Moment) -> Void) {
        let now = clock.now
        let isMine = core.withLock { core -> Bool in
            event(&core.state, now)
            return core.claim()
        }
        if isMine { _ = drain(onTaskOf: nil) }
    }

    /// A command; its refusal is the caller's answer.
    func command(
        _ event: (inout SupervisorState, Moment) throws(SupervisionCommandError) -> Void,
        whenAccepted: (inout SupervisorCore) -> Void = { _ in }
    ) throws(SupervisionCommandError) {
        let now = clock.now
        let isMine = try core.withLock { core throws(SupervisionCommandError) -> Bool in
            try event(&core.state, now)
            whenAccepted(&core)
            return core.claim()
        }
        if isMine { _ = drain(onTaskOf: nil) }
    }

    // MARK: - Actions

    /// Carries actions out until none is left.
    ///
    /// - Parameter life: the life whose task this is, if the task is free to carry its successor.
    /// - Returns: that successor.
    private func drain(onTaskOf life: ChildLife?) -> ChildLife? {
        var next: ChildLife?
        while true {
            let (actions, wake) = core.withLock { $0.takeActions() }
            guard let actions else {
                wake?.resume()
                return next
            }
            for action in actions {
                switch action {
                case .start(let name, let number):
                    if let started = prepare(name, number, after: next == nil ? life : nil) { next = started }
                default: carryOut(action)
                }
            }
        }
    }

    /// Makes a life, and either hands it to the task at hand or leaves it for `run()`.
    private func prepare(_ name: ActorName, _ number: UInt64, after life: ChildLife?) -> ChildLife? {
        let (cell, spec) = core.withLock { core in (core.cells[name], core.state[name]?.spec) }
        guard let cell, let spec else { return nil }
        // A cancelled task stays cancelled, so only an unspoiled one may go on.
        let signal = life.flatMap { $0.name == name && !$0.signal.isGiven && !Task.isCancelled ? $0.signal : nil }
        let new = ChildLife(
            incarnation: Incarnation(of: name, number: number),
            spec: spec,
            cell: cell,
            signal: signal ?? StopSignal(),
            supervisor: self
        )
        cell.fill(with: new)
        if signal != nil { return new }
        core.withLock { $0.launches.append(new) }
        return nil
    }

    private func carryOut(_ action: SupervisorAction) {
        switch action {
        case .start: break
        case .stop(let name, let number): life(name, number)?.stop()
        case .fence(let name, let number): life(name, number)?.fence()
        case .zombies(let change): zombiesChanged(by: change)
        case .forget(let name):
            let names = core.withLock { core in
                core.cells.removeValue(forKey: name)
                return core.namesBelow.removeValue(forKey: name) ?? [name]
            }
            registry.forget(names)
        case .report(let report): deliver(report)
        case .becameReady: parent?.reportReady()
        case .finish(let outcome):
            let waiters = core.withLock { core -> [CheckedContinuation<SupervisorOutcome, Never>] in
                core.outcome = outcome
                defer { core.endWaiters = [] }
                return core.endWaiters
            }
            for waiter in waiters { waiter.resume(returning: outcome) }
        }
    }

    private func deliver(_ report: SupervisionReport) {
        switch report.kind {
        case .ready: cell(report.child)?.noteReady(number: report.number)
        case .exited(let reason): cell(report.child)?.noteEnd(number: report.number, reason: reason)
        default: break
        }
        observer?(report)
    }

    private func cell(_ name: ActorName) -> ChildCell? { core.withLock { $0.cells[name] } }

    private func life(_ name: ActorName, _ number: UInt64) -> ChildLife? {
        guard let life = cell(name)?.life, life.number == number else { return nil }
        return life
    }

    /// Zombies are counted where the whole tree is seen.
    private func zombiesChanged(by change: Int) {
        if let parentSupervisor { return parentSupervisor.zombiesChanged(by: change) }
        let count = core.withLock { core in
            core.zombiesInTree += change
            return core.zombiesInTree
        }
        if change > 0, count >= spec.zombiesMax { post { $0.zombieLimitReached(count: count, at: $1) } }
    }
}
