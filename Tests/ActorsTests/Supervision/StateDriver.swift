import Actors
import Bus

/// Plays the outside world for a `SupervisorState`: keeps its time, and notes its actions in words.
struct StateDriver {
    private(set) var state: SupervisorState
    private(set) var now: Moment
    /// Starts, stops, fences and ends since the last `take`, such as `start a#1`.
    private var steps: [String] = []
    private(set) var reports: [SupervisionReport] = []
    private(set) var zombies = 0
    var lastProgress: [ActorName: Moment] = [:]

    init(_ spec: SupervisorSpec, seed: UInt64 = 1, at now: Moment = .zero) {
        state = SupervisorState(spec, seed: seed)
        self.now = now
    }

    /// Starts the supervisor and makes each child ready as its turn comes.
    mutating func startAll() {
        state.start(at: now)
        collect()
        makeReady()
    }

    mutating func start() {
        state.start(at: now)
        collect()
    }

    /// Makes every child ready that waits for it, one after another, until none does.
    mutating func makeReady() {
        while let slot = state.slots.first(where: { if case .starting = $0.phase { true } else { false } }) {
            ready(slot.spec.name)
        }
    }

    mutating func ready(_ name: ActorName) {
        state.childReady(name, number: number(name), at: now)
        collect()
    }

    @discardableResult
    mutating func exit(_ name: ActorName, _ reason: ExitReason, number: UInt64? = nil) -> Bool {
        let resumes = state.childExited(name, number: number ?? self.number(name), reason, at: now)
        collect()
        return resumes
    }

    /// Children that were asked to stop do so, one after another, until none is left to.
    mutating func letStop() {
        while let slot = state.slots.first(where: { if case .stopping = $0.phase { true } else { false } }) {
            exit(slot.spec.name, .cancelled)
        }
    }

    /// Moves the time on, stopping at each deadline on the way.
    mutating func advance(by duration: Duration) {
        let end = now.advanced(by: duration)
        while state.nextDeadline <= end {
            let deadline = max(now, state.nextDeadline)
            now = deadline
            let progress = lastProgress
            state.tick(at: now) { progress[$0] }
            collect()
            if state.nextDeadline <= deadline { break }
        }
        now = end
    }

    mutating func command(_ body: (inout SupervisorState, Moment) throws -> Void) rethrows {
        try body(&state, now)
        collect()
    }

    func number(_ name: ActorName) -> UInt64 { state[name]?.number ?? 0 }

    func phase(_ name: ActorName) -> ChildSlot.Phase? { state[name]?.phase }

    /// The steps since the last call.
    mutating func take() -> [String] {
        defer { steps = [] }
        return steps
    }

    func kinds(of name: ActorName) -> [SupervisionReport.Kind] { reports.filter { $0.child == name }.map(\.kind) }

    private mutating func collect() {
        for action in state.takeActions() {
            switch action {
            case .start(let name, let number): steps.append("start \(name)#\(number)")
            case .stop(let name, let number): steps.append("stop \(name)#\(number)")
            case .fence(let name, let number): steps.append("fence \(name)#\(number)")
            case .forget(let name): steps.append("forget \(name)")
            case .zombies(let change): zombies += change
            case .report(let report): reports.append(report)
            case .becameReady: steps.append("ready")
            case .finish(let outcome): steps.append("finish \(outcome)")
            }
        }
    }
}

/// An error whose class is its text.
struct Broken: ClassifiedFailure, CustomStringConvertible {
    let text: String
    init(_ text: String = "broken") { self.text = text }
    var failureClass: FailureClass { FailureClass(text) }
    var description: String { text }
}

extension ExitReason {
    static var broken: ExitReason { .failed(Failure(Broken())) }
}

extension ChildSpec {
    /// A child for tests of decisions only: nobody builds it.
    static func stub(_ name: ActorName, _ restart: RestartType = .permanent) -> ChildSpec {
        .worker(name, restart: restart) { _ in throw Broken("never built") }
    }
}

extension SupervisorSpec {
    static func stub(
        limit: RestartLimit = RestartLimit(3, within: .seconds(10)),
        _ children: [ChildSpec]
    ) -> SupervisorSpec {
        stub(.oneForOne, limit: limit, children)
    }

    static func stub(
        _ strategy: Strategy,
        limit: RestartLimit = RestartLimit(3, within: .seconds(10)),
        _ children: [ChildSpec]
    ) -> SupervisorSpec {
        SupervisorSpec("top", strategy: strategy, limit: limit, children: children)
    }
}
