import Threading

/// A body whose pieces are there already.
final class InMemoryBody: HTTPBodySource {
    private let rest: Mutex<ArraySlice<[UInt8]>>
    private let failure: HTTPClientError?

    init(pieces: [[UInt8]], failure: HTTPClientError?) {
        rest = Mutex(pieces.filter { !$0.isEmpty }[...])
        self.failure = failure
    }

    func next() async throws(HTTPClientError) -> [UInt8]? {
        if let piece = rest.withLock({ $0.popFirst() }) { return piece }
        if let failure { throw failure }
        return nil
    }

    func close() {}
}
