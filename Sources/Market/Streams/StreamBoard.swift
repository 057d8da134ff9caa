package import Bus
import Threading

/// How one exchange's stream is doing.
package struct StreamStanding: Hashable, Sendable {
    package enum Phase: String, Hashable, Sendable {
        /// The connection is being made.
        case connecting
        /// What is wanted has been asked for.
        case subscribing
        case live
        /// It has failed, and is tried again in a while.
        case waiting
        /// It cannot be had with these settings; the last error says why.
        case unavailable
    }

    package let exchange: String
    package var phase = Phase.connecting
    /// Since when it is in this phase.
    package var since: Timestamp
    package var messages: UInt64 = 0
    package var malformed: UInt64 = 0
    package var reconnects: UInt64 = 0
    /// How often trades were missing, and how many.
    package var gaps: UInt64 = 0
    package var missedTrades: UInt64 = 0
    package var repeatedTrades: UInt64 = 0
    /// Prices that were held back.
    package var heldPrices: UInt64 = 0
    package var lastMessageAt: Timestamp?
    package var lastError: String?

    package init(exchange: String, since: Timestamp) {
        self.exchange = exchange
        self.since = since
    }
}

/// How the streams are doing, readable from anywhere without waiting.
///
/// It belongs to the station: what was counted outlives whoever counts.
package final class StreamBoard: Sendable {
    private struct State {
        var order: [String] = []
        var standings: [String: StreamStanding] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Those that are wanted, in order.
    package var standings: [StreamStanding] {
        state.withLock { state in state.order.compactMap { state.standings[$0] } }
    }

    /// From now on these are wanted.
    package func follow(_ exchanges: [String], at now: Timestamp) {
        state.withLock { state in
            state.order = exchanges
            for exchange in exchanges where state.standings[exchange] == nil {
                state.standings[exchange] = StreamStanding(exchange: exchange, since: now)
            }
        }
    }

    package func update(_ exchange: String, _ change: (inout StreamStanding) -> Void) {
        state.withLock { state in
            guard var standing = state.standings[exchange] else { return }
            change(&standing)
            state.standings[exchange] = standing
        }
    }
}
