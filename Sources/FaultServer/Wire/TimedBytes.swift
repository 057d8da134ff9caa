import NIOCore
import NIOHTTP1

/// An answer as bytes of HTTP/1.1, and which of them go out when.
struct TimedBytes {
    struct Write: Hashable {
        let bytes: Range<Int>
        /// After the write before it was due.
        let delay: Duration
        /// How many content events are out with it.
        let contentCount: Int
    }

    enum Ending: Hashable {
        case keepAlive
        case close
        case reset
        case hang
    }

    private(set) var buffer = ByteBuffer()
    private(set) var writes: [Write] = []
    let ending: Ending
    let flushesEach: Bool

    /// What is due at the same time goes out in writes of about this many bytes.
    private static let writeBytesMax = 16 << 10

    /// - Parameters:
    ///   - plan: the answer.
    ///   - keepsAlive: whether the client wants the connection to stay.
    ///   - knowsChunks: whether it understands chunks, which came with HTTP/1.1.
    init(_ plan: AnswerPlan, keepsAlive: Bool, knowsChunks: Bool) {
        let isChunked = knowsChunks && plan.head?.length == .chunked
        let isDelimited = isChunked || plan.head?.length != .chunked
        ending =
            switch plan.ending {
            case .complete: keepsAlive && isDelimited ? .keepAlive : .close
            case .completeAndClose, .breakOff: .close
            case .reset: .reset
            case .hang: .hang
            }
        flushesEach = plan.pace.flushesEach
        var open = OpenWrite(start: 0, delay: plan.start == .withContent ? plan.pace.first : .zero)
        if let head = plan.head {
            buffer.reserveCapacity(512 + plan.body.bytes.count + (isChunked ? plan.body.events.count * 8 : 0))
            // Whoever breaks off does not announce it.
            write(head, isChunked: isChunked, closes: ending == .close && plan.ending != .breakOff)
            write(plan, isChunked: isChunked, &open)
        }
        finish(&open, nextDelay: .zero)
    }

    private struct OpenWrite {
        var start: Int
        var delay: Duration
        var contentCount = 0
    }

    private mutating func finish(_ open: inout OpenWrite, nextDelay: Duration) {
        let end = buffer.writerIndex
        writes.append(Write(bytes: open.start..<end, delay: open.delay, contentCount: open.contentCount))
        open = OpenWrite(start: end, delay: nextDelay)
    }

    private mutating func write(_ head: AnswerPlan.Head, isChunked: Bool, closes: Bool) {
        let reason = HTTPResponseStatus(statusCode: head.status).reasonPhrase
        buffer.writeString("HTTP/1.1 \(head.status) \(reason)\r\n")
        for (name, value) in head.fields.sorted(by: { $0.key < $1.key }) { buffer.writeString("\(name): \(value)\r\n") }
        if isChunked { buffer.writeString("transfer-encoding: chunked\r\n") }
        if case .bytes(let count) = head.length { buffer.writeString("content-length: \(count)\r\n") }
        buffer.writeString(closes ? "connection: close\r\n\r\n" : "\r\n")
    }

    private mutating func write(_ plan: AnswerPlan, isChunked: Bool, _ open: inout OpenWrite) {
        if plan.start == .headFirst { finish(&open, nextDelay: plan.pace.first) }
        var isFirst = true
        plan.body.bytes.withUnsafeBytes { bytes in
            var start = 0
            for event in plan.body.events {
                var delay = Duration.zero
                if event.role == .content || event.role == .fault { delay = isFirst ? .zero : plan.pace.gap }
                if isFirst, event.role != .frame {
                    if plan.start == .openingFirst { delay = plan.pace.first }
                    isFirst = false
                }
                let size = buffer.writerIndex - open.start
                if delay > .zero || (size > 0 && flushesEach && start > 0) || size >= TimedBytes.writeBytesMax {
                    finish(&open, nextDelay: delay)
                }
                if event.end > start { write(bytes[start..<event.end], isChunked: isChunked) }
                open.contentCount += event.contentCount
                start = event.end
            }
        }
        let isComplete = plan.ending == .complete || plan.ending == .completeAndClose
        if isChunked, isComplete { buffer.writeString("0\r\n\r\n") }
    }

    private mutating func write(_ bytes: Slice<UnsafeRawBufferPointer>, isChunked: Bool) {
        if isChunked {
            buffer.writeString(String(bytes.count, radix: 16))
            buffer.writeStaticString("\r\n")
        }
        buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes))
        if isChunked { buffer.writeStaticString("\r\n") }
    }
}
