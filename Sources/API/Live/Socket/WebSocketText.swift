import NIOCore
import NIOWebSocket

/// WebSocket frames as the server sends them: whole, unmasked, so that one encoding serves every client.
enum WebSocketText {
    /// A text message.
    static func message(_ text: some Collection<UInt8>) -> ByteBuffer { frame(.text, text) }

    static func ping(_ number: UInt64) -> ByteBuffer { frame(.ping, Array("\(number)".utf8)) }

    static func pong(_ data: some Collection<UInt8>) -> ByteBuffer { frame(.pong, data) }

    /// - Parameters:
    ///   - code: 1000 to 4999.
    ///   - reason: at most 123 bytes.
    /// - Returns: the frame.
    static func close(_ code: UInt16, _ reason: String) -> ByteBuffer {
        frame(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8.prefix(123)))
    }

    private static func frame(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(payload.count + 10)
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch payload.count {
        case ...125: buffer.writeInteger(UInt8(payload.count))
        case ...0xFFFF:
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(payload.count))
        }
        buffer.writeBytes(payload)
        return buffer
    }
}
