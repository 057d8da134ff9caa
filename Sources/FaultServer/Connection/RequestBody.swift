import NIOCore
import NIOHTTP1

/// One request as far as it has come.
struct RequestBody {
    let head: HTTPRequestHead
    private(set) var bytes = ByteBuffer()
    private var count = 0

    /// No body may be larger.
    static let bytesMax = 32 << 20
    /// Of a body that is too large, this much is read before the connection is given up.
    static let skippedBytesMax = 256 << 20
    /// How far JSON may nest.
    static let depthMax = 128

    init(_ head: HTTPRequestHead) { self.head = head }

    mutating func append(_ part: ByteBuffer) {
        count += part.readableBytes
        if isTooLarge {
            bytes = ByteBuffer()
        } else if bytes.readableBytes == 0 {
            // Most bodies come in one part, which need not be copied.
            bytes = part
        } else {
            bytes.writeImmutableBuffer(part)
        }
    }

    var isTooLarge: Bool { count > RequestBody.bytesMax }
    var isHopeless: Bool { count > RequestBody.skippedBytesMax }

    /// Whether its sender waits for a word before it sends the body.
    var awaitsContinue: Bool {
        head.version == .http1_1 && head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }

    /// Whether another request may follow on the connection.
    ///
    /// With an offer to change to another protocol none can: what reads requests stops behind it.
    var keepsAlive: Bool {
        head.version == .http1_1 && head.isKeepAlive && !head.headers.contains(name: "upgrade")
    }
}
