import Chat
import HTTPTypes
import Hummingbird
import LLM
import NIOCore

/// How an answer looks on its way to a client: as events of one of our two interfaces.
protocol AnswerFrames: Sendable {
    /// Before anything of the answer; may be nothing.
    func begin(_ target: ModelTarget) throws -> [UInt8]
    func pieces(_ pieces: [CompletionPiece], from target: ModelTarget) throws -> [UInt8]
    /// What the stream ends with, when it has come to its end and when it has not.
    func end(_ result: ChatResult) throws -> [UInt8]
}

/// An answer that is streamed as server-sent events.
///
/// The status is sent with the first content, so that a call that nobody answers has an honest one; or after some seconds
/// of silence, so that nobody on the way takes the connection for dead.
struct StreamedAnswer: Sendable {
    let answer: ChatAnswer
    let call: Route.Call
    let frames: any AnswerFrames

    /// A comment, which clients pass over.
    private static let heartbeat = Array(": heartbeat\n\n".utf8)

    /// - Throws: `APIError` when nothing of an answer comes.
    func response() async throws -> Response {
        let first = await answer.next()
        if case .finished(let result) = first, result.report.contributions.isEmpty {
            throw APIError(noAnswer: result.report.failure)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
                .accelBuffering: "no",
            ],
            body: ResponseBody { writer in
                // Its place among those under way is kept until the end.
                defer { withExtendedLifetime(call) {} }
                do {
                    try await write(beginningWith: first, to: &writer)
                    try await writer.finish(nil)
                } catch {
                    answer.abandon()
                    throw error
                }
            }
        )
    }

    @concurrent
    private func write(beginningWith first: ChatAnswer.Event, to writer: inout any ResponseBodyWriter) async throws {
        var (event, hasBegun) = (first, false)
        while true {
            var bytes: [UInt8] = []
            switch event {
            case .quiet: bytes = StreamedAnswer.heartbeat
            case .pieces(let pieces, let target):
                if !hasBegun { bytes = try frames.begin(target) }
                hasBegun = true
                bytes += try frames.pieces(pieces, from: target)
            case .finished(let result):
                try await writer.write(ByteBuffer(bytes: try frames.end(result)))
                return
            }
            if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
            event = await answer.next()
        }
    }
}

extension ChatAnswer {
    /// The answer when it is all there.
    ///
    /// - Throws: `APIError` when nothing of it came, or not all of it.
    func whole() async throws(APIError) -> ChatResult {
        while true {
            guard case .finished(let result) = await next() else { continue }
            guard !result.report.contributions.isEmpty else { throw APIError(noAnswer: result.report.failure) }
            return result
        }
    }
}
