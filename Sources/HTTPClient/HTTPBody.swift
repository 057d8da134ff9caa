/// The body of a streamed answer, piece by piece as it arrives; pieces are never empty.
///
/// It can be read once, by one task. The sender is held back while the reader is behind. Leaving it before the end,
/// by dropping it or by cancelling the task, closes the connection.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPClientError

    private let source: Owner

    /// - Parameter source: where the pieces come from; closed when the last copy of the body and its iterator is gone.
    package init(_ source: any HTTPBodySource) { self.source = Owner(source) }

    /// A body that is there already, for tests and in-memory doubles.
    package init(pieces: [[UInt8]], failure: HTTPClientError? = nil) {
        self.init(InMemoryBody(pieces: pieces, failure: failure))
    }

    package func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    /// The whole body, or what is left of it.
    ///
    /// - Throws: `bodyTooLarge` once more than `bytesMax` arrived, else what the sequence throws.
    package func collect(bytesMax: Int) async throws(HTTPClientError) -> [UInt8] {
        var whole: [UInt8] = []
        var iterator = makeAsyncIterator()
        while let piece = try await iterator.next() {
            guard whole.count + piece.count <= bytesMax else {
                throw HTTPClientError(.bodyTooLarge, "more than \(bytesMax) bytes", requestWasSent: true)
            }
            whole += piece
        }
        return whole
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let source: Owner

        package mutating func next() async throws(HTTPClientError) -> [UInt8]? { try await source.body.next() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> [UInt8]? {
            try await source.body.next()
        }
    }

    /// Closes the source when nobody can read it any more.
    fileprivate final class Owner: Sendable {
        let body: any HTTPBodySource
        init(_ body: any HTTPBodySource) { self.body = body }
        deinit { body.close() }
    }
}

/// Where the pieces of a body come from.
package protocol HTTPBodySource: Sendable {
    /// The next piece; `nil` at the end. Called by one reader at a time.
    func next() async throws(HTTPClientError) -> [UInt8]?
    /// Nobody will read any more. May come after the end.
    func close()
}
