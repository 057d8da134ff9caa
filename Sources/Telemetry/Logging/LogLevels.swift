package import Logging
import Threading

/// The levels of all loggers, changeable while the program runs.
///
/// A change takes effect at the next log call of every logger, those already made included. Asking for a level is one
/// atomic load, so a disabled `debug` costs next to nothing.
package final class LogLevels: Sendable {
    private struct State {
        var rules: LogLevelRules
        var labels: [String: LabelLevel] = [:]
    }

    private let state: Mutex<State>
    /// Shared by the labels beyond the limit; follows the base level.
    private let others: LabelLevel

    /// Labels that are followed one by one; a program that invents labels cannot grow the table beyond it.
    package static let labelsMax = 1024

    package init(_ rules: LogLevelRules = LogLevelRules()) {
        state = Mutex(State(rules: rules))
        others = LabelLevel(rules.base)
    }

    /// Sets the level of all loggers, or of those that `prefix` covers.
    ///
    /// - Throws: `LogLevelError` when the prefix is not a label or there are too many.
    package func set(_ level: Logger.Level, for prefix: String? = nil) throws(LogLevelError) {
        try state.withLock { state throws(LogLevelError) in
            try state.rules.set(level, for: prefix)
            apply(&state)
        }
    }

    /// Removes the exception for a prefix; its loggers fall back to the next shorter one.
    ///
    /// - Returns: `false` when there was none.
    @discardableResult
    package func clear(prefix: String) -> Bool {
        state.withLock { state in
            let had = state.rules.exceptions.removeValue(forKey: prefix) != nil
            apply(&state)
            return had
        }
    }

    /// Puts a whole set of rules in force at once, as a reload does.
    package func replace(with rules: LogLevelRules) {
        state.withLock { state in
            state.rules = rules
            apply(&state)
        }
    }

    /// The rules in force and the labels seen so far with the level that each has.
    package func snapshot() -> (rules: LogLevelRules, labels: [String: Logger.Level]) {
        state.withLock { ($0.rules, $0.labels.mapValues(\.level)) }
    }

    /// The live level of one label, for its log handler.
    package func live(_ label: String) -> LabelLevel {
        state.withLock { state in
            if let known = state.labels[label] { return known }
            guard state.labels.count < LogLevels.labelsMax else { return others }
            let level = LabelLevel(state.rules.level(of: label))
            state.labels[label] = level
            return level
        }
    }

    private func apply(_ state: inout State) {
        for (label, level) in state.labels { level.store(state.rules.level(of: label)) }
        others.store(state.rules.base)
    }
}

/// The current level of one label.
package final class LabelLevel: Sendable {
    private let index: Atomic<Int>

    init(_ level: Logger.Level) { index = Atomic(LabelLevel.index(of: level)) }

    package var level: Logger.Level { LabelLevel.all[index.load(ordering: .relaxed)] }

    func store(_ level: Logger.Level) { index.store(LabelLevel.index(of: level), ordering: .relaxed) }

    private static let all = Logger.Level.allCases

    private static func index(of level: Logger.Level) -> Int { all.firstIndex(of: level) ?? 0 }
}
