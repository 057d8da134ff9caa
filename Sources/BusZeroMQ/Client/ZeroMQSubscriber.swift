import DequeModule
import Threading

/// Receives events from a daemon's events endpoint, on a thread of its own.
///
/// Connecting, and connecting again after the daemon was away, happen by themselves; subscriptions are kept. What
/// arrives waits in a bounded buffer: when nobody takes it, the oldest is dropped, counted, and announced in the next
/// batch. Nothing here looks at sequence numbers.
package final class ZeroMQSubscriber: Sendable {
    private let shared: SubscriberBuffer
    private let thread: OSThread

    /// Starts to connect; that it succeeded shows in `statistics` and in the first welcome.
    ///
    /// - Throws: `ZeroMQError` for an address or a key that cannot be used.
    package init(
        _ address: String,
        prefixes: [String] = [],
        config: ZeroMQClientConfig = ZeroMQClientConfig()
    ) throws(ZeroMQError) {
        do {
            let shared = SubscriberBuffer(
                limits: (config.bufferedMessagesMax, config.bufferedBytesMax),
                wakeUp: try WakeUp()
            )
            let loop = SubscriberLoop(try ClientSocket(.subscriber, to: address, config: config), shared)
            for prefix in prefixes { shared.add(.subscribe(prefix)) }
            self.shared = shared
            thread = try OSThread(name: "zmq-subscriber") { loop.run() }
        } catch let error as ZeroMQError {
            throw error
        } catch {
            throw ZeroMQError(.system, "cannot start the subscriber's thread: \(error)")
        }
    }

    deinit { shared.close() }

    /// Asks for the events whose full topic starts with `prefix`, which the daemon answers with a welcome.
    package func subscribe(_ prefix: String) { shared.add(.subscribe(prefix)) }

    /// Takes one `subscribe` of that prefix back.
    package func unsubscribe(_ prefix: String) { shared.add(.unsubscribe(prefix)) }

    /// Waits for events and puts some of those that have arrived into `batch`, replacing what it held.
    ///
    /// For one consumer. Handing the same variable in again lets its storage be used again.
    ///
    /// - Returns: `false` when the subscriber is closed or the task cancelled; `batch` is then empty.
    package func next(_ batch: inout WireBatch) async -> Bool {
        var used = WireBatch()
        swap(&used, &batch)
        var mayHaveMore = true
        while true {
            if Task.isCancelled { return false }
            if let full = shared.take(returning: used) {
                batch = full
                return true
            }
            guard mayHaveMore else { return false }
            used = WireBatch()
            mayHaveMore = await shared.wait()
        }
    }

    /// Ends the thread and the connection; what has been received can still be taken.
    package func close() { shared.close() }

    /// Waits, blocking, until the thread has ended after `close`: for tests and the end of a program.
    package func join() { thread.join() }

    package var statistics: SubscriberStatistics { shared.statistics }
}

/// What a subscriber has received and lost.
package struct SubscriberStatistics: Hashable, Sendable {
    package internal(set) var received: UInt64 = 0
    package internal(set) var receivedBytes: UInt64 = 0
    /// Dropped because the buffer was full.
    package internal(set) var dropped: UInt64 = 0
    /// Messages that did not have three frames.
    package internal(set) var malformed: UInt64 = 0
    package internal(set) var connection = ConnectionStatistics()

    package init() {}
}
