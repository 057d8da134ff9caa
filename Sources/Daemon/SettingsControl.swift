import Actors
import Bus
import Domain
import Glibc
import Logging
import Store
import Telemetry
import Threading

/// Holds the settings in force, and replaces them as a whole or not at all.
///
/// Readers ask `current` at any time. A reload reads the files anew, checks them, and hands the changes to the parts of
/// the station one by one; when one refuses, those before it get the old settings back.
final class SettingsControl: Sendable {
    /// A part of the station that takes new settings while it runs; it throws to keep the old ones.
    typealias Part = ReloadTransaction.Step

    enum Outcome: Sendable {
        case applied(changed: [String], needRestart: [String])
        case rejected(problems: [String])
    }

    struct LastReload: Sendable {
        let time: Timestamp
        let isApplied: Bool
    }

    private struct State {
        var current: LoadedConfig
        var parts: [Part] = []
        var lastReload: LastReload?
        var isReloading = false
    }

    private let state: Mutex<State>
    private let request: ConfigRequest
    private let logger = Logger(label: "config")

    private struct Reporting: Sendable {
        let store: any EventLog
        let author: Incarnation
        let metrics: MetricsRegistry
        let notifier: SystemdNotifier
        let now: @Sendable () -> Timestamp
    }
    private let reporting = Mutex<Reporting?>(nil)

    init(_ loaded: LoadedConfig, request: ConfigRequest) {
        state = Mutex(State(current: loaded))
        self.request = request
    }

    var current: LoadedConfig { state.withLock { $0.current } }
    var lastReload: LastReload? { state.withLock { $0.lastReload } }

    /// Where reloads are reported; given once, when the store is open.
    func report(
        to store: any EventLog,
        by author: Incarnation,
        metrics: MetricsRegistry,
        notifier: SystemdNotifier,
        now: @escaping @Sendable () -> Timestamp
    ) {
        let target = Reporting(store: store, author: author, metrics: metrics, notifier: notifier, now: now)
        reporting.withLock { $0 = target }
    }

    /// Adds a part that takes new settings, after those added before.
    func add(_ part: Part) { state.withLock { $0.parts.append(part) } }

    /// Reads, checks and applies the configuration.
    func reload(caller: String) async -> Outcome {
        let isMine = state.withLock { state in
            defer { state.isReloading = true }
            return !state.isReloading
        }
        guard isMine else { return .rejected(problems: ["another reload is under way"]) }
        tellSystemd { notifier throws(SystemCallError) in try notifier.sendReloading(status: "reloading") }
        let decision = await offPool { [self] in decide() }
        let outcome = await carryOut(decision)
        state.withLock { $0.isReloading = false }
        // Ready again either way: a refused configuration leaves the station as it was.
        tellSystemd { notifier throws(SystemCallError) in try notifier.send(.ready) }
        await tell(outcome, caller: caller)
        return outcome
    }

    /// Reads files, so it runs on a thread of its own.
    private func decide() -> ReloadDecision {
        ReloadDecision(
            running: current,
            candidate: ConfigCheck(request).report(),
            environment: request.environment
        )
    }

    private func carryOut(_ decision: ReloadDecision) async -> Outcome {
        switch decision {
        case .unchanged: return .applied(changed: [], needRestart: [])
        case .refuse(let problems): return .rejected(problems: problems.map(\.description))
        case .apply(let plan):
            let (old, parts) = state.withLock { ($0.current, $0.parts) }
            switch await ReloadTransaction(parts).run(from: old, to: plan.effective) {
            case .applied:
                state.withLock { $0.current = plan.effective }
                return .applied(
                    changed: plan.applied.map(\.path.description),
                    needRestart: plan.pending.map(\.path.description)
                )
            case .rolledBack(let step, let reason, let stuck):
                return .rejected(
                    problems: ["\(step) refused the new settings: \(reason)"]
                        + stuck.map { "did not take the old settings back: \($0)" }
                )
            }
        }
    }

    private func tellSystemd(_ message: (SystemdNotifier) throws(SystemCallError) -> Bool) {
        guard let notifier = reporting.withLock({ $0?.notifier }) else { return }
        do throws(SystemCallError) {
            _ = try message(notifier)
        } catch {
            logger.warning("systemd could not be told", metadata: [LogKey.error: "\(error)"])
        }
    }

    private func tell(_ outcome: Outcome, caller: String) async {
        guard let reporting = reporting.withLock({ $0 }) else { return }
        let time = reporting.now()
        let event: any DurableEvent
        switch outcome {
        case .applied(let changed, let needRestart):
            logger.log(.reloaded, metadata: [LogKey.count: "\(changed.count)"])
            event = ConfigReloaded(changed: changed, needRestart: needRestart, caller: caller)
        case .rejected(let problems):
            logger.log(.reloadRejected, metadata: [LogKey.reason: "\(problems.joined(separator: "; "))"])
            event = ConfigRejected(problems: problems, caller: caller)
        }
        let isApplied = if case .applied = outcome { true } else { false }
        state.withLock { $0.lastReload = LastReload(time: time, isApplied: isApplied) }
        reporting.metrics.counter(.configReloads, isApplied ? "applied" : "rejected").increment()
        reporting.metrics.gauge(.configLastReloadSuccess).set(isApplied ? 1 : 0)
        reporting.metrics.gauge(.configLastReloadTimestampSeconds).set(Double(time.milliseconds) / 1000)
        do throws(StoreError) {
            _ = try await reporting.store.append(contentsOf: [event], by: reporting.author)
        } catch {
            logger.error("reload not logged as an event", metadata: [LogKey.error: "\(error)"])
        }
    }
}

/// Runs blocking work on a thread of its own and waits for it without holding a thread of the pool.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withUnsafeContinuation { continuation in
        do {
            _ = try OSThread(name: "blocking") { continuation.resume(returning: body()) }
        } catch {
            // No thread to be had: late is better than never.
            continuation.resume(returning: body())
        }
    }
}
