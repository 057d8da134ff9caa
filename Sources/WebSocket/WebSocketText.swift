package import NIOCore
package import NIOWebSocket

/// WebSocket frames as they are sent: whole; unmasked by a server, so that one encoding serves every client.
package enum WebSocketText {
    /// A text message.
    package static func message(_ text: some Collection<UInt8>, mask: WebSocketMaskingKey? = nil) -> ByteBuffer {
        frame(.text, text, mask)
    }

    package static func ping(_ number: UInt64, mask: WebSocketMaskingKey? = nil) -> ByteBuffer {
        frame(.ping, Array("\(number)".utf8), mask)
    }

    package static func pong(_ data: some Collection<UInt8>, mask: WebSocketMaskingKey? = nil) -> ByteBuffer {
        frame(.pong, data, mask)
    }

    /// - Parameters:
    ///   - code: 1000 to 4999.
    ///   - reason: at most 123 bytes.
    ///   - mask: what a client masks the frame with; `nil` for a server's.
    /// - Returns: the frame.
    package static func close(_ code: UInt16, _ reason: String, mask: WebSocketMaskingKey? = nil) -> ByteBuffer {
        frame(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8.prefix(123)), mask)
    }

    private static func frame(
        _ opcode: WebSocketOpcode,
        _ payload: some Collection<UInt8>,
        _ mask: WebSocketMaskingKey?
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(payload.count + 14)
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ...125: buffer.writeInteger(UInt8(payload.count) | maskBit)
        case ...0xFFFF:
            buffer.writeInteger(126 | maskBit)
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(127 | maskBit)
            buffer.writeInteger(UInt64(payload.count))
        }
        guard let mask else {
            buffer.writeBytes(payload)
            return buffer
        }
        var masked = ByteBuffer(bytes: payload)
        masked.webSocketMask(mask)
        buffer.writeBytes(mask)
        buffer.writeBuffer(&masked)
        return buffer
    }
}
