import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Asks for a WebSocket, and puts the frames' handlers in place of HTTP's once both have agreed.
///
/// It stays in the pipeline afterwards and passes on what it gets: bytes that came with the answer are among it.
final class WebSocketHandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private enum State {
        case waiting
        /// The head is good; its end is missing.
        case agreed
        /// HTTP's handlers go; what comes meanwhile waits, because the answer to it would still meet them.
        case switching([NIOAny])
        case open
        case failed
    }

    /// What is taken out of the pipeline.
    struct HTTPHandlers {
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
    }

    private let agreement: WebSocketAgreement
    private let http: HTTPHandlers
    private let frames: WebSocketFrameHandler
    private let onEnd: (WebSocketEnding) -> Void
    private let onOpen: () -> Void
    private var state = State.waiting

    init(
        agreement: WebSocketAgreement,
        http: HTTPHandlers,
        frames: WebSocketFrameHandler,
        onOpen: @escaping () -> Void,
        onEnd: @escaping (WebSocketEnding) -> Void
    ) {
        self.agreement = agreement
        self.http = http
        self.frames = frames
        self.onOpen = onOpen
        self.onEnd = onEnd
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.write(WebSocketHandshakeHandler.wrapOutboundOut(.head(agreement.request)), promise: nil)
        context.writeAndFlush(WebSocketHandshakeHandler.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .open: context.fireChannelRead(data)
        case .switching(let waiting): state = .switching(waiting + [data])
        case .failed: break
        case .waiting, .agreed: receive(WebSocketHandshakeHandler.unwrapInboundIn(data), context)
        }
    }

    private func receive(_ part: HTTPClientResponsePart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            if let problem = agreement.problem(in: head) { return fail(problem, context) }
            state = .agreed
        case .body: fail(WebSocketEnding(.badHandshake, "the answer has a body"), context)
        case .end: open(context)
        }
    }

    private func open(_ context: ChannelHandlerContext) {
        state = .switching([])
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: frames.bytesMax))
            try pipeline.addHandlers([decoder, frames], position: .after(self))
        } catch {
            // Only a pipeline that has been torn down takes no handlers.
            return fail(WebSocketEnding(.cut, "the connection was cut"), context)
        }
        _ = pipeline.removeHandler(http.encoder)
        // The decoder passes on what it still holds before it goes.
        pipeline.removeHandler(http.decoder).assumeIsolated().whenComplete { _ in self.switched(context) }
    }

    private func switched(_ context: ChannelHandlerContext) {
        guard case .switching(let waiting) = state else { return }
        state = .open
        onOpen()
        for data in waiting { context.fireChannelRead(data) }
        context.fireChannelReadComplete()
    }

    private var isOpen: Bool { if case .open = state { true } else { false } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOpen else { return context.fireErrorCaught(error) }
        if error is HTTPParserError || error is ByteToMessageDecoderError {
            return fail(WebSocketEnding(.badHandshake, "the answer is not HTTP"), context)
        }
        // TLS's words say what is wrong with a certificate; a peer has a hand in them.
        fail(WebSocketEnding(.unreachable, "\(agreement.host): \("\(error)".prefix(200))"), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .switching = state { switched(context) }
        if !isOpen { fail(WebSocketEnding(.cut, "the connection was cut before the answer"), context) }
        context.fireChannelInactive()
    }

    private func fail(_ ending: WebSocketEnding, _ context: ChannelHandlerContext) {
        if case .failed = state { return }
        state = .failed
        onEnd(ending)
        context.close(promise: nil)
    }
}
