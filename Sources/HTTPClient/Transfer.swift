import Threading

/// One request between its caller and libcurl's thread.
///
/// The thread delivers, one reader takes. The reader's cancellation ends it here at once; the thread closes the
/// connection as soon as it wakes up.
final class Transfer: Sendable {
    private struct Guarded {
        var state: TransferState
        var reader: CheckedContinuation<Bool, Never>?

        mutating func takeReader() -> CheckedContinuation<Bool, Never>? {
            defer { reader = nil }
            return reader
        }
    }

    let request: PreparedRequest
    /// Whether the body goes to the reader piece by piece, or all at once with the head.
    let isStreamed: Bool
    private let inbox: Inbox
    private let guarded: Mutex<Guarded>

    init(_ request: PreparedRequest, isStreamed: Bool, bufferMax: Int, inbox: Inbox) {
        self.request = request
        self.isStreamed = isStreamed
        self.inbox = inbox
        guarded = Mutex(Guarded(state: TransferState(bufferMax: bufferMax), reader: nil))
    }

    // MARK: The caller's side

    /// Waits for the head of a streamed answer.
    func head() async throws(HTTPClientError) -> (lines: [UInt8], timing: HTTPTiming) {
        while true {
            if Task.isCancelled { cancel() }
            let (head, end) = guarded.withLock { ($0.state.head, $0.state.end) }
            if let head { return head }  // what came after it is for the reader of the body
            if case .failed(let error) = end { throw error }
            try await wait { $0.head != nil || $0.end != nil }
        }
    }

    /// Waits for a whole answer.
    func whole() async throws(HTTPClientError) -> (lines: [UInt8], body: [UInt8], timing: HTTPTiming) {
        try await wait { $0.end != nil }
        let (end, head, taken) = guarded.withLock { ($0.state.end, $0.state.head, $0.state.take()) }
        if case .failed(let error) = end { throw error }
        guard let head else { throw HTTPClientError(.malformedResponse, "no head", requestWasSent: true) }
        guard case .bytes(let body, _) = taken else { return (head.lines, [], head.timing) }
        return (head.lines, body, head.timing)
    }

    /// The first end that was reported wins, so calling this after the end changes nothing.
    func cancel() { abandon(.cancelled, "the calling task was cancelled") }

    private func abandon(_ code: HTTPClientError.Code, _ detail: String) {
        let error = HTTPClientError(code, detail, requestWasSent: true)
        let (wasRunning, reader) = guarded.withLock { guarded in
            let wasRunning = guarded.state.end == nil
            guarded.state.finish(.failed(error))
            return (wasRunning, guarded.takeReader())
        }
        reader?.resume(returning: true)
        if wasRunning { inbox.post(.abandon(self)) }
    }

    /// Suspends until the condition holds.
    ///
    /// One reader at a time.
    private func wait(_ isReady: @escaping @Sendable (TransferState) -> Bool) async throws(HTTPClientError) {
        let isOnlyReader = await withTaskCancellationHandler {
            await withCheckedContinuation { (reader: CheckedContinuation<Bool, Never>) in
                let answer: Bool? = guarded.withLock { guarded in
                    if isReady(guarded.state) { return true }
                    guard guarded.reader == nil else { return false }
                    guarded.reader = reader
                    return nil
                }
                if let answer { reader.resume(returning: answer) }
            }
        } onCancel: {
            cancel()
        }
        guard isOnlyReader else { throw HTTPClientError(.invalidRequest, "a body has one reader at a time") }
    }

    // MARK: The thread's side

    /// Whether it was given up already.
    var hasEnded: Bool { guarded.withLock { $0.state.end != nil } }

    func deliverHead(_ lines: [UInt8], timing: HTTPTiming) {
        update { $0.deliverHead(lines, timing: timing) }
    }

    func deliver(_ bytes: UnsafeRawBufferPointer) -> TransferState.Delivery {
        let (delivery, reader) = guarded.withLock { guarded in
            (guarded.state.deliver(bytes), guarded.takeReader())
        }
        reader?.resume(returning: true)
        return delivery
    }

    func complete(head: [UInt8], body: [UInt8], timing: HTTPTiming) {
        update { $0.complete(head: head, body: body, timing: timing) }
    }

    func finish(_ end: TransferState.End) { update { $0.finish(end) } }

    private func update(_ change: (inout TransferState) -> Void) {
        let reader = guarded.withLock { guarded in
            change(&guarded.state)
            return guarded.takeReader()
        }
        reader?.resume(returning: true)
    }
}

extension Transfer: HTTPBodySource {
    func next() async throws(HTTPClientError) -> [UInt8]? {
        while true {
            if Task.isCancelled { cancel() }
            switch guarded.withLock({ $0.state.take() }) {
            case .bytes(let bytes, let mustContinue):
                if mustContinue { inbox.post(.proceed(self)) }
                return bytes
            case .end: return nil
            case .failed(let error): throw error
            case .nothing: try await wait { $0.hasNews }
            }
        }
    }

    func close() { abandon(.cancelled, "the body was dropped") }
}
