import Actors
import Bus
import Glibc
import Threading

/// Measures how long a supervised actor takes from its fault to the readiness of its next incarnation.
///
/// Prints one line of JSON. Paced: one fault every 5 ms. Back to back: the next fault as soon as the last is over. And a
/// `one_for_all` supervisor with 100 children, from the fault of one of them until all are ready again.
@main
struct RestartBench {
    static func main() async throws {
        let paced = try await measure(count: 1_000, pause: .milliseconds(5))
        let backToBack = try await measure(count: 50_000, pause: .zero)
        let group = try await measureGroup(children: 100, rounds: 200)
        print(
            """
            {"bench":"restart","peer":"cryptocall",\
            "paced_p50_us":\(paced.p50),"paced_p99_us":\(paced.p99),\
            "back_to_back_p50_us":\(backToBack.p50),"back_to_back_p99_us":\(backToBack.p99),\
            "back_to_back_per_s":\(backToBack.perSecond),\
            "one_for_all_100_p50_us":\(group.p50),"one_for_all_100_p99_us":\(group.p99)}
            """
        )
    }

    /// One child that throws when it is told to.
    private static func measure(count: Int, pause: Duration) async throws -> Figures {
        let board = Board(children: 1)
        let child = ChildSpec.worker("victim", restart: .permanent) { context in Victim(context, board: board) }
            .with { $0.readiness = .reported }
        let spec = SupervisorSpec(
            "bench",
            strategy: .oneForOne,
            limit: RestartLimit(1_000_000_000, within: .milliseconds(1)),
            children: [child]
        )
        return try await run(spec, board: board, count: count, pause: pause, ready: 1)
    }

    /// A hundred children that depend on each other.
    private static func measureGroup(children: Int, rounds: Int) async throws -> Figures {
        let board = Board(children: children)
        let specs = try (0..<children).map { index -> ChildSpec in
            guard let name = ActorName("victim-\(index)") else { throw SupervisionCommandError.unknown("bench") }
            return ChildSpec.worker(name, restart: .permanent) { context in Victim(context, board: board) }
                .with { $0.readiness = .reported }
        }
        let spec = SupervisorSpec(
            "bench",
            strategy: .oneForAll,
            limit: RestartLimit(1_000_000_000, within: .milliseconds(1)),
            children: specs
        )
        return try await run(spec, board: board, count: rounds, pause: .milliseconds(1), ready: children)
    }

    private static func run(
        _ spec: SupervisorSpec,
        board: Board,
        count: Int,
        pause: Duration,
        ready: Int
    ) async throws -> Figures {
        let tree = try Supervisor(spec)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await tree.run() }
            tree.begin()
            let figures = await board.strike(count: count, pause: pause, ready: ready)
            tree.stop()
            return figures
        }
    }
}

/// An actor that lives until it is struck.
private actor Victim: SupervisedActor {
    nonisolated let name: ActorName
    private let context: ActorContext
    private let board: Board

    init(_ context: ActorContext, board: Board) {
        name = context.name
        self.context = context
        self.board = board
    }

    func run() async throws {
        try await board.live { context.ready() }
    }
}

private struct Struck: Error {}

/// Where victims wait for their fault, and where their readiness is seen.
private final class Board: Sendable {
    private struct State {
        var victims: [UInt64: UnsafeContinuation<Bool, Never>] = [:]
        var lastKey: UInt64 = 0
        /// How many must become ready before the striker goes on.
        var missing: Int
        var readyAt: Int64 = 0
        var striker: UnsafeContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(children: Int) { state = Mutex(State(missing: children)) }

    /// - Throws: `Struck` when the victim is struck; returns when it is cancelled.
    func live(ready: () -> Void) async throws {
        let key = state.withLock { state -> UInt64 in
            state.lastKey += 1
            return state.lastKey
        }
        let isStruck = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                state.withLock { $0.victims[key] = continuation }
                ready()
                noteReady()
            }
        } onCancel: {
            state.withLock { $0.victims.removeValue(forKey: key) }?.resume(returning: false)
        }
        if isStruck { throw Struck() }
    }

    /// Strikes one victim again and again, and waits each time until all that it takes down are ready.
    func strike(count: Int, pause: Duration, ready: Int) async -> Figures {
        await waitForReady()
        var microseconds: [Double] = []
        microseconds.reserveCapacity(count)
        let start = nanosecondsNow()
        for _ in 0..<count {
            if pause > .zero {
                do { try await Task.sleep(for: pause) } catch { break }
            }
            let victim = state.withLock { state -> UnsafeContinuation<Bool, Never>? in
                state.missing = ready
                guard let key = state.victims.keys.first else { return nil }
                return state.victims.removeValue(forKey: key)
            }
            let struckAt = nanosecondsNow()
            victim?.resume(returning: true)
            await waitForReady()
            microseconds.append(Double(state.withLock { $0.readyAt } - struckAt) / 1_000)
        }
        return Figures(microseconds: microseconds, seconds: Double(nanosecondsNow() - start) / 1_000_000_000)
    }

    private func noteReady() {
        let striker = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            state.readyAt = nanosecondsNow()
            defer { state.striker = nil }
            return state.striker
        }
        striker?.resume()
    }

    private func waitForReady() async {
        await withUnsafeContinuation { continuation in
            let isReady = state.withLock { state -> Bool in
                if state.missing > 0 { state.striker = continuation }
                return state.missing <= 0
            }
            if isReady { continuation.resume() }
        }
    }
}

private func nanosecondsNow() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// What one run came to.
private struct Figures: Sendable {
    let p50: Double
    let p99: Double
    let perSecond: Int

    init(microseconds: [Double], seconds: Double) {
        let sorted = microseconds.sorted()
        p50 = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        p99 = sorted.isEmpty ? 0 : sorted[sorted.count * 99 / 100]
        perSecond = Int(Double(sorted.count) / seconds)
    }
}
