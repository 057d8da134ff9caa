import CZeroMQ

/// Answers libzmq's question whether a CURVE key may connect (ZAP, RFC 27 of the ZeroMQ project).
///
/// libzmq asks on a fixed `inproc` address of its context, and lets everybody in when nobody answers there. So this is
/// bound before any endpoint, and the encrypted endpoints are shut when it goes.
struct Authenticator: ~Copyable {
    let socket: ZeroMQSocket
    private var message = ZeroMQMessage()

    static let address = "inproc://zeromq.zap.01"

    /// - Throws: `ZeroMQError` when the address is taken; no endpoint may be opened then.
    init(in context: ZeroMQContext) throws(ZeroMQError) {
        let socket = try ZeroMQSocket(.router, in: context)
        try socket.bind(Authenticator.address)
        self.socket = socket
    }

    enum Decision: Equatable {
        case accepted(publicKey: String)
        /// The key is not authorised.
        case refused(publicKey: String, address: String)
        /// Not a CURVE client, or not a question at all.
        case invalid
    }

    /// Whether questions can still arrive.
    var isAlive: Bool {
        var kind: Int32 = 0
        var size = MemoryLayout<Int32>.size
        return zmq_getsockopt(socket.raw, ZMQ_TYPE, &kind, &size) == 0
    }

    private static let questionsPerTurn = 256

    /// Answers the questions that wait.
    mutating func answer(_ isAuthorised: (String) -> Bool) -> [Decision] {
        var decisions: [Decision] = []
        while decisions.count < Authenticator.questionsPerTurn {
            var frames: [[UInt8]] = []
            let count = socket.receive(&message) { _, bytes in if frames.count < 12 { frames.append(Array(bytes)) } }
            guard count > 0 else { break }
            let decision = Authenticator.decide(frames, isAuthorised: isAuthorised)
            if frames.count >= 4 { reply(frames, decision) }
            decisions.append(decision)
        }
        return decisions
    }

    /// Routing id, empty frame, version, request id, domain, address, routing id of the peer, mechanism, credentials.
    private static func decide(_ frames: [[UInt8]], isAuthorised: (String) -> Bool) -> Decision {
        guard frames.count == 9, frames[2] == Array("1.0".utf8), frames[7] == Array("CURVE".utf8),
            frames[8].count == 32, let publicKey = Z85.encode(frames[8])
        else { return .invalid }
        guard isAuthorised(publicKey) else {
            return .refused(publicKey: publicKey, address: String(decoding: frames[5], as: UTF8.self))
        }
        return .accepted(publicKey: publicKey)
    }

    private func reply(_ frames: [[UInt8]], _ decision: Decision) {
        let (code, text, user) =
            switch decision {
            case .accepted(let publicKey): ("200", "OK", publicKey)
            case .refused: ("400", "not authorised", "")
            case .invalid: ("400", "CURVE is needed", "")
            }
        // Version, request id, status, text, user id, metadata.
        let answer = [Array("1.0".utf8), frames[3], Array(code.utf8), Array(text.utf8), Array(user.utf8), []]
        guard socket.send(frames[0], more: true) == .sent, socket.send([], more: true) == .sent else { return }
        for (index, frame) in answer.enumerated() {
            guard socket.send(frame, more: index < answer.count - 1) == .sent else { return }
        }
    }
}
