/// What a loopback server does with one request: steps in order.
///
/// After the last one it reads the next request.
package struct LoopbackReply: Sendable {
    package enum Step: Sendable {
        case send([UInt8])
        /// Sends that many bytes as fast as the client takes them.
        case flood(bytes: Int)
        /// Does nothing for a while, or until the client closes.
        case pause(Duration)
        /// Does nothing until the test opens the gate.
        case waitFor(LoopbackGate)
        /// Does nothing until the client closes.
        case waitForClose
        /// Ends the connection in the usual way.
        case close
        /// Ends the connection with a reset.
        case reset
        /// Passes bytes both ways between the client and another local port until one side closes.
        case tunnel(port: Int)
    }

    package var steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    // MARK: Proper answers

    /// A complete answer.
    package static func status(
        _ status: Int = 200,
        headers: [(String, String)] = [],
        body: some Sequence<UInt8> = []
    ) -> LoopbackReply {
        let body = Array(body)
        let withLength = headers + (status == 204 || status == 304 ? [] : [("Content-Length", "\(body.count)")])
        return LoopbackReply([.send(head(status, withLength) + body)])
    }

    /// A JSON answer.
    package static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> LoopbackReply {
        .status(status, headers: [("Content-Type", "application/json")] + headers, body: text.utf8)
    }

    package static func redirect(to location: String, status: Int = 302) -> LoopbackReply {
        .status(status, headers: [("Location", location)])
    }

    /// A body in chunks, with a gap before each.
    package static func chunked(
        _ pieces: [String],
        gap: Duration = .zero,
        headers: [(String, String)] = [],
        status: Int = 200
    ) -> LoopbackReply {
        var steps = [Step.send(head(status, headers + [("Transfer-Encoding", "chunked")]))]
        for piece in pieces {
            if gap > .zero { steps.append(.pause(gap)) }
            steps.append(.send(Array("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n".utf8)))
        }
        return LoopbackReply(steps + [.send(Array("0\r\n\r\n".utf8))])
    }

    /// Server-sent events, one `data:` line each, with a gap before each.
    package static func serverSentEvents(_ data: [String], gap: Duration = .zero) -> LoopbackReply {
        .chunked(data.map { "data: \($0)\n\n" }, gap: gap, headers: [("Content-Type", "text/event-stream")])
    }

    /// A body of that many bytes, sent as fast as the client reads it.
    package static func huge(bytes: Int) -> LoopbackReply {
        LoopbackReply([.send(head(200, [("Content-Length", "\(bytes)")])), .flood(bytes: bytes)])
    }

    // MARK: Misbehaviour

    /// Waits before the first byte of another reply.
    package static func slowHeader(after delay: Duration, _ reply: LoopbackReply = .status()) -> LoopbackReply {
        LoopbackReply([.pause(delay)] + reply.steps)
    }

    /// Never answers; the connection stays open until the client closes it.
    package static let silence = LoopbackReply([.waitForClose])

    /// Sends a head that promises more, a first piece, and then nothing.
    package static func stalledBody(_ firstPiece: String = "begin") -> LoopbackReply {
        let promised = firstPiece.utf8.count + 1_000
        return LoopbackReply([
            .send(head(200, [("Content-Length", "\(promised)")]) + Array(firstPiece.utf8)), .waitForClose,
        ])
    }

    /// Closes without an answer.
    package static let drop = LoopbackReply([.close])

    /// Sends a head and part of the body, then closes.
    package static func dropInBody(_ firstPiece: String = "begin") -> LoopbackReply {
        var reply = stalledBody(firstPiece)
        reply.steps[1] = .close
        return reply
    }

    /// Resets the connection without an answer.
    package static let reset = LoopbackReply([.reset])

    /// Any bytes at all, then closes.
    package static func raw(_ text: String) -> LoopbackReply { LoopbackReply([.send(Array(text.utf8)), .close]) }

    /// As a proxy: agrees to `CONNECT` and passes everything on to another local port.
    package static func tunnel(to port: Int) -> LoopbackReply {
        LoopbackReply([.send(Array("HTTP/1.1 200 Connected\r\n\r\n".utf8)), .tunnel(port: port)])
    }

    private static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) Status"] + headers.map { "\($0.0): \($0.1)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
