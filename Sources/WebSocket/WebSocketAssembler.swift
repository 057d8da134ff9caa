import NIOCore
package import NIOWebSocket

/// What a peer must not send, and what it is told (RFC 6455 §7.4).
package struct WebSocketFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// It broke the protocol.
        case protocolError
        /// What it sent is not taken here.
        case unsupported
        case tooLarge
    }

    package let kind: Kind
    package let code: UInt16
    package let reason: String

    package var description: String { reason }

    package static func broken(_ reason: String) -> Self { Self(kind: .protocolError, code: 1002, reason: reason) }
    package static func tooLarge(_ bytesMax: Int) -> Self {
        Self(kind: .tooLarge, code: 1009, reason: "at most \(bytesMax) bytes")
    }
    static let notText = Self(kind: .unsupported, code: 1003, reason: "only text is taken")
    static let notUTF8 = Self(kind: .unsupported, code: 1007, reason: "not UTF-8")

    /// What the decoder of frames found.
    ///
    /// - Parameters:
    ///   - error: what it threw.
    ///   - bytesMax: the largest message that is taken.
    package init?(_ error: any Error, bytesMax: Int) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: self = .tooLarge(bytesMax)
        case is NIOWebSocketError: self = .broken("a malformed frame")
        default: return nil
        }
    }

    private init(kind: Kind, code: UInt16, reason: String) {
        self.kind = kind
        self.code = code
        self.reason = reason
    }
}

/// Makes messages of frames, and finds what a peer must not send (RFC 6455).
///
/// A plain value, the same for both sides: only the client's frames are masked.
package struct WebSocketAssembler: Sendable {
    package enum Peer: Hashable, Sendable {
        case client
        case server
    }

    package enum Action: Hashable, Sendable {
        /// More frames belong to it.
        case nothing
        case message([UInt8])
        case ping([UInt8])
        case pong
        /// The peer closes, with this code if it gave one.
        case close(UInt16?)
        case fail(WebSocketFault)
    }

    /// Who sends the frames.
    private let peer: Peer
    /// The largest message.
    private let bytesMax: Int
    /// What came of a message that is not complete.
    private var fragments: [UInt8]?

    package init(framesOf peer: Peer, bytesMax: Int) {
        self.peer = peer
        self.bytesMax = bytesMax
    }

    /// Takes the next frame.
    package mutating func receive(_ frame: WebSocketFrame) -> Action {
        switch (peer, frame.maskKey != nil) {
        case (.client, false): return .broken("a frame without a mask")
        case (.server, true): return .broken("a frame with a mask")
        default: break
        }
        guard frame.reservedBits.isEmpty else { return .broken("no extension was agreed on") }
        let payload = Array(frame.unmaskedData.readableBytesView)
        switch frame.opcode {
        case .text:
            guard fragments == nil else { return .broken("a message within a message") }
            return extend([], payload, isLast: frame.fin)
        case .continuation:
            guard let begun = fragments else { return .broken("nothing to continue") }
            return extend(begun, payload, isLast: frame.fin)
        case .binary: return .fail(.notText)
        case .ping: return .ping(payload)
        case .pong: return .pong
        case .connectionClose: return WebSocketAssembler.closing(payload)
        default: return .broken("an unknown kind of frame")
        }
    }

    private mutating func extend(_ begun: [UInt8], _ payload: [UInt8], isLast: Bool) -> Action {
        guard begun.count + payload.count <= bytesMax else { return .fail(.tooLarge(bytesMax)) }
        guard isLast else {
            fragments = begun + payload
            return .nothing
        }
        fragments = nil
        let message = begun.isEmpty ? payload : begun + payload
        guard WebSocketAssembler.isText(message) else { return .fail(.notUTF8) }
        return .message(message)
    }

    /// Most texts are ASCII, and need no copy to be looked at.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    private static func closing(_ payload: [UInt8]) -> Action {
        guard !payload.isEmpty else { return .close(nil) }
        guard payload.count >= 2 else { return .broken("half a close code") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        let isKnown = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        guard isKnown else { return .broken("an unknown close code") }
        guard String(validating: payload[2...], as: UTF8.self) != nil else { return .fail(.notUTF8) }
        return .close(code)
    }
}

extension WebSocketAssembler.Action {
    fileprivate static func broken(_ reason: String) -> Self { .fail(.broken(reason)) }
}
