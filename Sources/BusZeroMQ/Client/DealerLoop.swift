import JSON
import Threading

/// The life of a dealer's thread.
// Proof for `@unchecked`: made before the thread starts and from then on touched by that thread only.
final class DealerLoop: @unchecked Sendable {
    private var client: ClientSocket
    private var message = ZeroMQMessage()
    private let shared: DealerExchange

    init(_ client: consuming ClientSocket, _ shared: DealerExchange) {
        self.client = client
        self.shared = shared
    }

    func run() {
        while let requests = shared.takeOutgoing() {
            // One that does not fit the socket's queue is not sent; its caller's time limit tells.
            for request in requests { _ = client.socket.send(request) }
            client.drainMonitor { shared.observe($0) }
            receive()
            let now = ContinuousClock.now
            let next = shared.expire(at: now)
            client.wait(shared.wakeUp, timeoutMilliseconds: next.map { Int(($0 - now).wholeMilliseconds) } ?? -1)
        }
    }

    private func receive() {
        while true {
            var bytes: [UInt8] = []
            // An empty frame may stand before the answer.
            let frames = client.socket.receive(&message) { _, frame in bytes = Array(frame) }
            guard frames > 0 else { return }
            // An answer to nobody we know belongs to a caller who has given up.
            guard let head = JSONRPCHead(bytes), let id = head.id?.string else { continue }
            if head.isNotification { shared.progress(id, bytes) } else { shared.answer(id, bytes) }
        }
    }
}
