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
        /// To be kept when nothing is open any more, by whoever takes it out.
        var closed: EventLoopPromise<Void>?
    }

    private let state = Mutex(State())

    package init() {}

    package var count: Int { state.withLock { $0.open.count } }
    /// Whether they are being closed, or have been.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Accepts no more connections, ends those that are idle, and lets requests under way be answered.
    ///
    /// Returns when nothing is open, or patience is over; also when the task is cancelled, which it does not mind.
    package func close(within patience: Duration) async {
        guard let end = beginClosing() else { return }
        let giveUp = end.futureResult.eventLoop.scheduleTask(in: TimeAmount(patience)) { [self] in
            state.withLock { $0.closed.take() }?.succeed()
        }
        do {
            try await end.futureResult.get()
        } catch {
            // A promise that is only ever kept does not fail.
        }
        giveUp.cancel()
    }

    /// - Returns: what is kept at the end; `nil` when there is nothing to end.
    private func beginClosing() -> EventLoopPromise<Void>? {
        let begun = state.withLock { state -> (end: EventLoopPromise<Void>, listening: any Channel)? in
            guard !state.isClosing, let listening = state.listening else { return nil }
            state.isClosing = true
            let end = listening.eventLoop.makePromise(of: Void.self)
            state.closed = end
            return (end, listening)
        }
        guard let begun else { return nil }
        // What was accepted before this is told below, what comes after is turned away.
        begun.listening.close(promise: nil)
        for channel in state.withLock({ Array($0.open.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        endIfEmpty()
        return begun.end
    }

    private func endIfEmpty() { state.withLock { $0.open.isEmpty ? $0.closed.take() : nil }?.succeed() }

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
