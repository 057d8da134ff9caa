/// What has arrived of one answer and was not taken yet.
///
/// Pure: `Transfer` puts a lock and a waiting reader around it.
struct TransferState {
    enum End {
        case complete(HTTPTiming)
        case failed(HTTPClientError)
    }

    /// What libcurl is told about a piece it delivers.
    enum Delivery: Equatable {
        case accepted
        /// The buffer is full: keep the piece and stop reading from the connection.
        case holdBack
        /// Nobody reads any more.
        case refused
    }

    enum Taken {
        case bytes([UInt8], mustContinue: Bool)
        case end
        case failed(HTTPClientError)
        case nothing
    }

    private let bufferMax: Int
    private(set) var head: (lines: [UInt8], timing: HTTPTiming)?
    private(set) var end: End?
    private var buffer: [UInt8] = []
    private var isHeldBack = false

    /// Whether `take` would return something.
    var hasNews: Bool { !buffer.isEmpty || end != nil }

    init(bufferMax: Int) { self.bufferMax = bufferMax }

    mutating func deliverHead(_ lines: [UInt8], timing: HTTPTiming) { head = (lines, timing) }

    /// Takes a piece of the body unless the buffer has reached its size.
    mutating func deliver(_ bytes: UnsafeRawBufferPointer) -> Delivery {
        guard end == nil else { return .refused }
        guard buffer.count < bufferMax else {
            isHeldBack = true
            return .holdBack
        }
        buffer.append(contentsOf: bytes)
        return .accepted
    }

    /// Takes a whole answer at once.
    mutating func complete(head lines: [UInt8], body: [UInt8], timing: HTTPTiming) {
        guard end == nil else { return }
        head = (lines, timing)
        buffer = body
        end = .complete(timing)
    }

    /// The first end counts.
    ///
    /// A cancelled reader wants nothing any more, so its bytes go at once.
    mutating func finish(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        if case .failed(let error) = end, error.code == .cancelled { buffer = [] }
    }

    /// Takes all bytes there are.
    ///
    /// What arrived before a failure comes before the failure.
    mutating func take() -> Taken {
        if !buffer.isEmpty {
            let bytes = buffer
            buffer = []
            let mustContinue = isHeldBack && end == nil
            isHeldBack = false
            return .bytes(bytes, mustContinue: mustContinue)
        }
        return switch end {
        case .complete: .end
        case .failed(let error): .failed(error)
        case nil: .nothing
        }
    }
}
