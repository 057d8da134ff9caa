import Bus
import CZeroMQ

/// The edge's own subscriber, connected through the real local socket: it shows that what is sent arrives.
struct Canary: ~Copyable {
    let socket: ZeroMQSocket
    private var message = ZeroMQMessage()

    init(to address: String, in context: ZeroMQContext) throws(ZeroMQError) {
        let socket = try ZeroMQSocket(.subscriber, in: context)
        try socket.set(ZMQ_RCVHWM, 16)
        try socket.set(ZMQ_RECONNECT_IVL, 100)
        try socket.set(ZMQ_RECONNECT_IVL_MAX, 1000)
        try socket.set(ZMQ_SUBSCRIBE, bytes: StreamEvents.canary.text.utf8)
        try socket.connect(address)
        self.socket = socket
    }

    /// Takes what has arrived.
    ///
    /// - Returns: whether an event with this payload was among it.
    mutating func saw(_ payload: [UInt8]) -> Bool {
        var found = false
        while true {
            let frames = socket.receive(&message) { index, bytes in
                if index == 2, bytes.elementsEqual(payload) { found = true }
            }
            guard frames > 0 else { return found }
        }
    }
}
