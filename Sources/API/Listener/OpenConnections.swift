import NIOCore
import Threading

/// The listener's connections: how many are open, and their end in order.
///
/// A connection that somebody has taken over, such as a WebSocket, does not belong to them any more.
package final class OpenConnections: Sendable {
    private struct State {
        var listening: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
        /// To be kept when nothing is open any more, by whoever takes them out.
        var waiting: [Int: EventLoopPromise<Void>] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var count: Int { state.withLock { $0.open.count } }
    /// Whether they are being closed, or have been.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Accepts no more connections, ends those that are idle, and lets requests under way be answered.
    ///
    /// Whoever calls it again is as patient as they say, too. Returns when nothing is open, or patience is over; also when
    /// the task is cancelled, which it does not mind.
    package func close(within patience: Duration) async {
        guard let (number, end) = beginClosing() else { return }
        endIfEmpty()
        let giveUp = end.futureResult.eventLoop.scheduleTask(in: TimeAmount(patience)) { [self] in
            state.withLock { $0.waiting.removeValue(forKey: number) }?.succeed()
        }
        do {
            try await end.futureResult.get()
        } catch {
            // A promise that is only ever kept does not fail.
        }
        giveUp.cancel()
    }

    /// - Returns: what is kept when nothing is open, with its number; `nil` when nobody listens.
    private func beginClosing() -> (number: Int, end: EventLoopPromise<Void>)? {
        let begun = state.withLock {
            state -> (number: Int, end: EventLoopPromise<Void>, listening: any Channel, isFirst: Bool)? in
            guard let listening = state.listening else { return nil }
            state.lastNumber += 1
            let end = listening.eventLoop.makePromise(of: Void.self)
            state.waiting[state.lastNumber] = end
            defer { state.isClosing = true }
            return (state.lastNumber, end, listening, !state.isClosing)
        }
        guard let begun else { return nil }
        guard begun.isFirst else { return (begun.number, begun.end) }
        // What was accepted before this is told below, what comes after is turned away.
        begun.listening.close(promise: nil)
        for channel in state.withLock({ Array($0.open.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        return (begun.number, begun.end)
    }

    private func endIfEmpty() {
        let waiting = state.withLock { state -> [EventLoopPromise<Void>] in
            // Nobody waits for a moment without connections while more are welcome.
            guard state.open.isEmpty, state.isClosing else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for end in waiting { end.succeed() }
    }

    // MARK: What the listener tells

    /// A listener begins anew; it may not get its address.
    func reset() {
        state.withLock { state in
            state.listening = nil
            state.isClosing = false
        }
    }

    /// - Parameter channel: accepts connections from now on.
    func began(_ channel: any Channel) {
        state.withLock { $0.listening = channel }
    }

    /// - Returns: whether it is welcome: not when everything is being closed.
    func opened(_ channel: any Channel) -> Bool {
        state.withLock { state in
            state.open[ObjectIdentifier(channel)] = channel
            return !state.isClosing
        }
    }

    func closed(_ channel: any Channel) {
        state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
        endIfEmpty()
    }
}
