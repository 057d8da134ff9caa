import CZeroMQ
import Threading

/// The life of a subscriber's thread.
// Proof for `@unchecked`: made before the thread starts and from then on touched by that thread only.
final class SubscriberLoop: @unchecked Sendable {
    private var client: ClientSocket
    private var message = ZeroMQMessage()
    private var batch = WireBatch()
    private let shared: SubscriberBuffer
    /// The most events handed over together.
    private static let batchMax = 512

    init(_ client: consuming ClientSocket, _ shared: SubscriberBuffer) {
        self.client = client
        self.shared = shared
    }

    func run() {
        while let requests = shared.takeRequests() {
            apply(requests)
            client.drainMonitor { shared.observe($0) }
            if !receive() { client.wait(shared.wakeUp) }
        }
    }

    private func apply(_ requests: [SubscriberBuffer.Request]) {
        for request in requests {
            let (option, prefix) =
                switch request {
                case .subscribe(let prefix): (ZMQ_SUBSCRIBE, prefix)
                case .unsubscribe(let prefix): (ZMQ_UNSUBSCRIBE, prefix)
                }
            // Fails only for a prefix that was not subscribed, which then is as the caller wants it.
            let bytes = Array(prefix.utf8)
            zmq_setsockopt(client.socket.raw, option, bytes, bytes.count)
        }
    }

    /// Takes what has arrived, up to one batch.
    ///
    /// - Returns: `false` when there was nothing.
    private func receive() -> Bool {
        var malformed: UInt64 = 0
        var taken = 0
        while taken < SubscriberLoop.batchMax {
            let start = batch.bytesMark
            var ends = (0, 0)
            let frames = client.socket.receive(&message) { index, bytes in
                batch.append(bytes)
                if index == 0 { ends.0 = batch.bytesMark } else if index == 1 { ends.1 = batch.bytesMark }
            }
            guard frames > 0 else { break }
            taken += 1
            if frames == 3 {
                batch.finish(start: start, topicEnd: ends.0, headerEnd: ends.1)
            } else {
                batch.cut(to: start)
                malformed += 1
            }
        }
        guard taken > 0 else { return false }
        shared.deposit(&batch, malformed: malformed)
        return true
    }
}
