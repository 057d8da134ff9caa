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
        var waiting: [EventLoopPromise<Void>] = []
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
        guard let end = beginWaiting() else { return }
        beginClosing()
        endIfEmpty()
        let giveUp = end.futureResult.eventLoop.scheduleTask(in: TimeAmount(patience)) { [self] in endWaiting() }
        do {
            try await end.futureResult.get()
        } catch {
            // A promise that is only ever kept does not fail.
        }
        giveUp.cancel()
    }

    /// - Returns: what is kept when nothing is open, or patience is over; `nil` when nobody listens.
    private func beginWaiting() -> EventLoopPromise<Void>? {
        state.withLock { state in
            guard let listening = state.listening else { return nil }
            let end = listening.eventLoop.makePromise(of: Void.self)
            state.waiting.append(end)
            return end
        }
    }

    private func beginClosing() {
        let listening = state.withLock { state -> (any Channel)? in
            guard !state.isClosing else { return nil }
            state.isClosing = true
            return state.listening
        }
        guard let listening else { return }
        // What was accepted before this is told below, what comes after is turned away.
        listening.close(promise: nil)
        for channel in state.withLock({ Array($0.open.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    private func endIfEmpty() { if state.withLock({ $0.open.isEmpty }) { endWaiting() } }

    private func endWaiting() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
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
