import NIOCore

/// Server-sent events as they travel: `id`, `event` and `data` lines, each event in a chunk of its own (HTTP/1.1).
enum EventStreamText {
    /// One event.
    ///
    /// - Parameters:
    ///   - name: what a page listens for.
    ///   - data: one line of JSON.
    ///   - id: where to go on from when the connection breaks; `nil` leaves that as it is.
    ///   - retryMilliseconds: how long to wait before connecting again.
    /// - Returns: the chunk.
    static func event(
        _ name: String,
        data: some Collection<UInt8>,
        id: UInt64? = nil,
        retryMilliseconds: Int? = nil
    ) -> ByteBuffer {
        var text: [UInt8] = []
        text.reserveCapacity(data.count + name.utf8.count + 64)
        if let retryMilliseconds { text.append(contentsOf: "retry: \(retryMilliseconds)\n".utf8) }
        if let id { text.append(contentsOf: "id: \(id)\n".utf8) }
        text.append(contentsOf: "event: ".utf8)
        text.append(contentsOf: name.utf8)
        text.append(contentsOf: "\ndata: ".utf8)
        text.append(contentsOf: data)
        text.append(contentsOf: "\n\n".utf8)
        return chunk(text)
    }

    /// A sign of life that no page hears of; `id` moves on the place to go on from.
    static func heartbeat(id: UInt64?) -> ByteBuffer {
        chunk(Array((id.map { ": heartbeat\nid: \($0)\n\n" } ?? ": heartbeat\n\n").utf8))
    }

    /// What ends the body.
    static let end = ByteBuffer(string: "0\r\n\r\n")

    private static func chunk(_ text: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(text.count + 16)
        buffer.writeString(String(text.count, radix: 16))
        buffer.writeString("\r\n")
        buffer.writeBytes(text)
        buffer.writeString("\r\n")
        return buffer
    }
}
