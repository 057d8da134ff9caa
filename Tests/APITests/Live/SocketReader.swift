import JSON
import Testing

/// A test's WebSocket client, which can also do what none should.
struct SocketReader {
    enum Frame: Sendable, Hashable {
        case text(String)
        case ping([UInt8])
        case pong([UInt8])
        case close(UInt16, String)
    }

    let wire: Wire
    let head: WireHead

    /// Asks for a WebSocket and reads the head of the answer.
    init(
        _ loop: WireLoop,
        port: Int,
        _ path: String = "/ws",
        key: String = "dGhlIHNhbXBsZSBub25jZQ==",
        headers: [String] = []
    ) async throws {
        wire = try loop.connect(to: port)
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: keep-alive, Upgrade",
                "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
            ] + headers
        wire.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        head = try #require(await wire.next(WireHead.take))
    }

    // MARK: Sending

    func say(_ text: String) { send(frame: 0x81, Array(text.utf8)) }

    /// - Parameters:
    ///   - first: the first byte: FIN, reserved bits and opcode.
    ///   - payload: the payload.
    ///   - isMasked: as clients must.
    ///   - claiming: a length that is not the payload's.
    func send(frame first: UInt8, _ payload: [UInt8], isMasked: Bool = true, claiming: Int? = nil) {
        let count = claiming ?? payload.count
        let bit: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        if count <= 125 {
            bytes.append(bit | UInt8(count))
        } else if count <= 0xFFFF {
            bytes += [bit | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            bytes.append(bit | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(count >> shift & 0xFF)) }
        }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        if isMasked { bytes += mask }
        bytes += payload.enumerated().map { isMasked ? $0.element ^ mask[$0.offset & 3] : $0.element }
        wire.send(bytes)
    }

    func close(_ code: UInt16) { send(frame: 0x88, [UInt8(code >> 8), UInt8(code & 0xFF)]) }

    // MARK: Receiving

    func frame() async -> Frame? { await wire.next(SocketReader.frame) }

    /// The next message; pings are passed over.
    func message() async -> JSONValue? {
        while let frame = await frame() {
            if case .text(let text) = frame { return try? JSONValue(parsing: Array(text.utf8)) }
            guard case .ping = frame else { return nil }
        }
        return nil
    }

    /// The next message of a type; others are passed over.
    func message(_ type: String) async -> JSONValue? {
        while let message = await message() {
            if message["type"]?.string == type { return message }
        }
        return nil
    }

    /// The code of the close that comes next; what comes before is passed over.
    func closing() async -> UInt16? {
        while let frame = await frame() {
            if case .close(let code, _) = frame { return code }
        }
        return nil
    }

    /// Whether the server closes the connection without another word.
    func isOver() async -> Bool { await wire.next { $0.isEmpty ? nil : true } == nil }

    private static func frame(_ bytes: inout [UInt8]) -> Frame? {
        guard bytes.count >= 2 else { return nil }
        var (start, count) = (2, Int(bytes[1] & 0x7F))
        if count == 126 { start = 4 }
        if count == 127 { start = 10 }
        guard bytes.count >= start else { return nil }
        if start > 2 { count = bytes[2..<start].reduce(0) { $0 << 8 | Int($1) } }
        guard bytes.count >= start + count else { return nil }
        let (first, payload) = (bytes[0], Array(bytes[start..<(start + count)]))
        bytes.removeFirst(start + count)
        switch first {
        case 0x81: return .text(String(decoding: payload, as: UTF8.self))
        case 0x89: return .ping(payload)
        case 0x8A: return .pong(payload)
        default:
            let code = payload.count < 2 ? 0 : UInt16(payload[0]) << 8 | UInt16(payload[1])
            return .close(code, String(decoding: payload.dropFirst(2), as: UTF8.self))
        }
    }
}
