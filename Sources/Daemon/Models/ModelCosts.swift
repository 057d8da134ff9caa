import Actors
import Bus
import LLM
import Threading

/// What the models have cost us since the daemon began, for the alert on a rise.
final class ModelCosts: Sendable {
    private let history = Mutex(CostHistory())
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    func note(_ report: CallReport) {
        let time = now()
        history.withLock { $0.note(report, at: time) }
    }

    /// The largest rise of any model, in per cent.
    func reading(callsMin: Int) -> AlertReading {
        let time = now()
        guard let rise = history.withLock({ $0.largestRise(at: time, callsMin: callsMin) }) else {
            return .missing("fewer than \(callsMin) calls of any model in a day and in the seven days before")
        }
        return .value(rise.percent, of: "model \(rise.target)")
    }
}
