import Bus
import Threading

/// Where open and resolved alerts can be read from any thread, while the actor that keeps them lives or not.
package final class AlertBoard: Sendable {
    /// What there is to know of alerts.
    package struct State: Sendable {
        package internal(set) var book = AlertBook()
        /// The rules in force.
        package internal(set) var rules: [AlertRule] = []
        /// What was measured last.
        package internal(set) var readings: [AlertQuantity: AlertReading] = [:]
        /// News that could not be written down yet.
        package internal(set) var pendingCount = 0

        /// Rules that say nothing, and why.
        package var silent: [(rule: AlertRule, reason: String)] {
            rules.compactMap { rule in
                switch readings[rule.quantity] {
                case .value: nil
                case .missing(let reason): (rule, reason)
                case nil: (rule, "it has not been measured yet")
                }
            }
        }
    }

    private let state = Mutex(State())

    package init() {}

    package var current: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
}
