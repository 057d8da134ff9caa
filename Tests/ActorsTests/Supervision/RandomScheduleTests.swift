import Actors
import Bus
import Testing

/// Ten thousand random schedules of faults, commands and passing time; what must hold, holds after every step.
struct RandomScheduleTests {
    /// Fewer under the sanitizer: it looks for races, and there are none in a value.
    private static var schedulesPerStrategy: UInt64 {
        #if TSAN
        250
        #else
        2_500
        #endif
    }

    @Test(arguments: SupervisorSpec.Strategy.allCases)
    func `whatever happens, the invariants hold`(strategy: SupervisorSpec.Strategy) throws {
        for seed in 0..<RandomScheduleTests.schedulesPerStrategy {
            var world = RandomWorld(strategy: strategy, seed: seed)
            try world.play(steps: 60)
        }
    }
}

/// One random run of one supervisor.
private struct RandomWorld {
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private var state: SupervisorState
    private var random: SplitMix64
    private var now = Moment.zero
    /// Incarnations whose task has not ended.
    private var tasks: Set<Key> = []
    private var fenced: Set<Key> = []
    private var lastStarted: [ActorName: UInt64] = [:]
    private var everReady: Set<ActorName> = []
    private var hasHadCommands = false
    private var zombies = 0
    private var outcome: SupervisorOutcome?
    private var startsInInstant = 0
    private var history: [String] = []
    private let seed: UInt64
    private let spec: SupervisorSpec
    private static let names: [ActorName] = ["a", "b", "c", "d", "e"]

    struct Key: Hashable {
        let name: ActorName
        let number: UInt64
    }

    init(strategy: SupervisorSpec.Strategy, seed: UInt64) {
        var random = SplitMix64(state: seed)
        let spec = SupervisorSpec.stub(
            strategy,
            limit: RestartLimit(Int.random(in: 0...6, using: &random), within: .seconds(10)),
            strategy == .dynamic ? [] : RandomWorld.names.prefix(4).map { RandomWorld.child($0, using: &random) }
        ).with {
            $0.autoShutdown = .allSignificant
            $0.firstStart = Bool.random(using: &random) ? .abort : .retry
        }
        self.spec = spec
        self.seed = seed
        state = SupervisorState(spec, seed: seed)
        self.random = random
    }

    private static func child(_ name: ActorName, using random: inout SplitMix64) -> ChildSpec {
        let type = ChildSpec.RestartType.allCases.randomElement(using: &random) ?? .permanent
        return ChildSpec.stub(name, type).with {
            $0.shutdown =
                [.brutal, .after(.seconds(3)), .after(.milliseconds(1)), .infinity]
                .randomElement(using: &random) ?? .brutal
            $0.isSignificant = type != .permanent && Bool.random(using: &random)
            $0.startTimeout = .seconds(Int.random(in: 1...4, using: &random))
            $0.directives = [
                FailureClass("resume"): .resume, FailureClass("stop"): .stop, FailureClass("escalate"): .escalate,
            ]
            if Bool.random(using: &random) { $0.heartbeat = .init(every: .seconds(1)) }
            if Bool.random(using: &random) {
                $0.backoff = Backoff(base: .milliseconds(100), cap: .seconds(5), resetAfter: .seconds(20))
            }
            guard type != .temporary else { return }
            if Bool.random(using: &random) { $0.limit = RestartLimit(2, within: .seconds(10)) }
            $0.whenExhausted = [.escalate, .stop, .degrade(every: .seconds(2))].randomElement(using: &random) ?? .stop
        }
    }

    mutating func play(steps: Int) throws {
        state.start(at: now)
        try settle("start")
        for _ in 0..<steps where outcome == nil { try step() }
        // Whatever state it is in: a stop must come to an end once children that may ignore it have been given up on.
        state.stop(at: now)
        try settle("stop")
        for _ in 0..<100 where outcome == nil {
            try pass(.seconds(4))
            if outcome == nil, let key = tasks.subtracting(fenced).randomElement(using: &random) {
                try end(key, .cancelled)
            }
        }
        guard outcome != nil else { throw violation("it does not end") }
        for key in tasks { try end(key, .cancelled) }
        guard zombies == 0, state.ghostCount == 0 else { throw violation("zombies are left: \(zombies)") }
    }

    private mutating func step() throws {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2:
            guard let key = current.randomElement(using: &random) else { return }
            state.childReady(key.name, number: key.number, at: now)
            try settle("ready \(key)")
            if state[key.name]?.phase == .running { everReady.insert(key.name) }
        case 3...6:
            guard
                let key = tasks.sorted(by: { ($0.name.text, $0.number) < ($1.name.text, $1.number) })
                    .randomElement(using: &random)
            else { return }
            let reasons: [ExitReason] = [
                .normal, .cancelled, .broken, .broken, .failed(Failure(Broken("resume"))),
                .failed(Failure(Broken("stop"))),
            ]
            let isWorst = Int.random(in: 0..<40, using: &random) == 0
            try end(
                key,
                isWorst ? .failed(Failure(Broken("escalate"))) : reasons.randomElement(using: &random) ?? .normal
            )
        case 7...9: try pass(.milliseconds(Int.random(in: 0...2_500, using: &random)))
        default: try command()
        }
    }

    private var current: [Key] {
        state.slots.filter(\.isAlive).map { Key(name: $0.spec.name, number: $0.number) }
    }

    private mutating func end(_ key: Key, _ reason: ExitReason) throws {
        if state.childExited(key.name, number: key.number, reason, at: now) {
            guard !fenced.contains(key) else { throw violation("\(key) is fenced and runs on") }
        } else {
            tasks.remove(key)
            fenced.remove(key)
        }
        try settle("exit \(key) \(reason)")
    }

    private mutating func pass(_ duration: Duration) throws {
        let until = now.advanced(by: duration)
        while state.nextDeadline <= until {
            let deadline = max(now, state.nextDeadline)
            if deadline > now { startsInInstant = 0 }
            now = deadline
            state.tick(at: now) { _ in nil }
            try settle("tick")
            guard state.nextDeadline > now else {
                throw violation("a deadline stays in the past: \(state.slots.map { ($0.spec.name, $0.phase) })")
            }
        }
        now = until
        startsInInstant = 0
    }

    private mutating func command() throws {
        let name = RandomWorld.names.randomElement(using: &random) ?? "a"
        let kind = Int.random(in: 0..<5, using: &random)
        do {
            switch kind {
            case 0: try state.stopChild(name, at: now)
            case 1: try state.startChild(name, at: now)
            case 2: try state.restartChild(name, at: now)
            case 3: try state.deleteChild(name, at: now)
            default: try state.add(RandomWorld.child(name, using: &random), at: now)
            }
        } catch {
            // Refused: nothing may have happened, which the checks see.
        }
        hasHadCommands = true
        // Commands are charged to no limit, so they may start as much as they like.
        startsInInstant = 0
        try settle("command \(kind) \(name)")
    }

    /// Carries out what the step asked for, and checks everything.
    private mutating func settle(_ what: String) throws {
        history.append("\(now.nanoseconds / 1_000_000) \(what)")
        for action in state.takeActions() {
            history.append("    \(action)")
            switch action {
            case .start(let name, let number): try started(Key(name: name, number: number))
            case .stop(let name, let number):
                guard tasks.contains(Key(name: name, number: number)) else {
                    throw violation("stops what is not there")
                }
            case .fence(let name, let number): fenced.insert(Key(name: name, number: number))
            case .forget(let name):
                guard !tasks.contains(where: { $0.name == name && !fenced.contains($0) }) else {
                    throw violation("forgets \(name), which runs")
                }
                // A child that is added under the same name later is another one; but ghosts must not be mistaken for it.
                lastStarted[name] = nil
                everReady.remove(name)
            case .zombies(let change): zombies += change
            case .report, .becameReady: break
            case .finish(let outcome):
                guard self.outcome == nil else { throw violation("ends twice") }
                self.outcome = outcome
                guard tasks.subtracting(fenced).isEmpty else { throw violation("ends with children alive") }
            }
        }
        try check()
    }

    private mutating func started(_ key: Key) throws {
        guard outcome == nil else { throw violation("starts \(key) after the end") }
        guard !tasks.contains(where: { $0.name == key.name && !fenced.contains($0) }) else {
            throw violation("starts \(key) while the old one runs unfenced")
        }
        if let last = lastStarted[key.name] {
            guard key.number == last + 1 else { throw violation("\(key) is out of sequence") }
        } else {
            // After a deletion it may begin anew, but never with the number of a ghost.
            guard !tasks.contains(where: { $0.name == key.name && $0.number >= key.number }) else {
                throw violation("\(key) may be mistaken for a ghost")
            }
        }
        lastStarted[key.name] = key.number
        tasks.insert(key)
        startsInInstant += 1
        // Without time passing, restarts are bounded by the limits: never a tight loop.
        guard startsInInstant <= 200 else { throw violation("a tight loop") }
    }

    private func check() throws {
        for slot in state.slots where slot.isAlive {
            guard tasks.contains(Key(name: slot.spec.name, number: slot.number)) else {
                throw violation("\(slot.spec.name) counts as alive and is not")
            }
        }
        guard zombies == state.zombieCount else { throw violation("zombies are miscounted") }
        // Children that have worked before may come back beside the ordered start; commands may cut in.
        if spec.strategy != .dynamic, case .starting = state.phase, !hasHadCommands {
            let starting = state.slots.filter { slot in
                guard case .starting = slot.phase else { return false }
                return !everReady.contains(slot.spec.name) && !slot.isDegraded
            }
            guard starting.count <= 1 else { throw violation("two children start at once in an ordered start") }
        }
        if case .ended = state.phase {
            guard outcome != nil, !state.slots.contains(where: \.isAlive) else { throw violation("ended half") }
        }
    }

    private func violation(_ text: String) -> Violation {
        Violation(description: "seed \(seed), \(spec.strategy): \(text)\n" + history.suffix(40).joined(separator: "\n"))
    }
}
