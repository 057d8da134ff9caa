import NIOCore
import NIOWebSocket

/// Makes messages of frames, and finds what a client must not send (RFC 6455).
///
/// A plain value.
struct WebSocketAssembler {
    enum Action: Hashable {
        /// More frames belong to it.
        case nothing
        case message([UInt8])
        case ping([UInt8])
        case pong
        /// The client closes, with this code if it gave one.
        case close(UInt16?)
        case fail(LiveEnding, code: UInt16, reason: String)
    }

    /// The largest message.
    static let bytesMax = 64 * 1024

    /// What came of a message that is not complete.
    private var fragments: [UInt8]?

    mutating func receive(_ frame: WebSocketFrame) -> Action {
        guard frame.maskKey != nil else { return .broken("a frame without a mask") }
        guard frame.reservedBits.isEmpty else { return .broken("no extension was agreed on") }
        let payload = Array(frame.unmaskedData.readableBytesView)
        switch frame.opcode {
        case .text:
            guard fragments == nil else { return .broken("a message within a message") }
            return extend([], payload, isLast: frame.fin)
        case .continuation:
            guard let begun = fragments else { return .broken("nothing to continue") }
            return extend(begun, payload, isLast: frame.fin)
        case .binary: return .fail(.unsupported, code: 1003, reason: "only text is taken")
        case .ping: return .ping(payload)
        case .pong: return .pong
        case .connectionClose: return WebSocketAssembler.closing(payload)
        default: return .broken("an unknown kind of frame")
        }
    }

    private mutating func extend(_ begun: [UInt8], _ payload: [UInt8], isLast: Bool) -> Action {
        guard begun.count + payload.count <= WebSocketAssembler.bytesMax else { return .tooLarge }
        guard isLast else {
            fragments = begun + payload
            return .nothing
        }
        fragments = nil
        let message = begun + payload
        guard String(validating: message, as: UTF8.self) != nil else {
            return .fail(.unsupported, code: 1007, reason: "not UTF-8")
        }
        return .message(message)
    }

    private static func closing(_ payload: [UInt8]) -> Action {
        guard !payload.isEmpty else { return .close(nil) }
        guard payload.count >= 2 else { return .broken("half a close code") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        let isKnown = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        guard isKnown else { return .broken("an unknown close code") }
        guard String(validating: payload[2...], as: UTF8.self) != nil else {
            return .fail(.unsupported, code: 1007, reason: "not UTF-8")
        }
        return .close(code)
    }
}

extension WebSocketAssembler.Action {
    static let tooLarge = Self.fail(
        .tooLarge,
        code: 1009,
        reason: "at most \(WebSocketAssembler.bytesMax) bytes"
    )

    static func broken(_ reason: String) -> Self { .fail(.protocolError, code: 1002, reason: reason) }
}
