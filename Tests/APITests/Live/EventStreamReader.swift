import JSON
import Testing

/// A test's client of server-sent events.
struct EventStreamReader {
    /// One event, or a heartbeat, as it came.
    struct Item: Sendable, Hashable {
        var event: String?
        var id: String?
        var retry: String?
        var comment: String?
        var data: String?

        var json: JSONValue { (try? JSONValue(parsing: Array((data ?? "null").utf8))) ?? .null }
        /// The payload of an event of the bus.
        var payload: JSONValue { json["data"] ?? .null }
    }

    let wire: Wire
    let head: WireHead

    /// Asks for a stream and reads the head of the answer.
    init(_ loop: WireLoop, port: Int, _ path: String = "/events", headers: [String] = []) async throws {
        wire = try loop.connect(to: port)
        let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + headers
        wire.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        head = try #require(await wire.next(WireHead.take))
    }

    /// The next event; `nil` when the stream is over.
    func next() async -> Item? {
        await wire.next(EventStreamReader.item)
    }

    /// The next event of a name; what comes before is passed over.
    func next(_ event: String) async -> Item? {
        while let item = await next() {
            if item.event == event { return item }
        }
        return nil
    }

    /// Every chunk holds one event.
    private static func item(_ bytes: inout [UInt8]) -> Item? {
        guard let line = bytes.firstRange(of: [13, 10]),
            let count = Int(String(decoding: bytes[..<line.lowerBound], as: UTF8.self), radix: 16), count > 0
        else { return nil }
        guard bytes.count >= line.upperBound + count + 2 else { return nil }
        let text = String(decoding: bytes[line.upperBound..<(line.upperBound + count)], as: UTF8.self)
        bytes.removeSubrange(..<(line.upperBound + count + 2))
        var item = Item()
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts[1].trimmingPrefix(while: \.isWhitespace).description
            switch parts[0] {
            case "event": item.event = value
            case "id": item.id = value
            case "retry": item.retry = value
            case "data": item.data = value
            default: item.comment = value
            }
        }
        return item
    }

    /// Whether the body ended as it should: with its last chunk, and then the connection.
    func endsInOrder() async -> Bool {
        let last = await wire.next { bytes -> Bool? in
            guard bytes.starts(with: Array("0\r\n\r\n".utf8)) else { return nil }
            bytes.removeFirst(5)
            return true
        }
        let more = await wire.next { $0.isEmpty ? nil : true }
        return last == true && more == nil
    }
}
