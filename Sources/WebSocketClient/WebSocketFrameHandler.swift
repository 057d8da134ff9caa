import NIOCore
import NIOWebSocket
import WebSocket

/// The client's end of an open WebSocket: hands over messages, answers pings, and says goodbye.
///
/// Nothing more is read until a message has been taken, so whoever sends too fast waits in the kernel.
final class WebSocketFrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    /// How long the peer has to answer our goodbye.
    private static let goodbyeMax = TimeAmount.milliseconds(500)

    let bytesMax: Int
    private var assembler: WebSocketAssembler
    private let receive: ([UInt8]) -> Void
    private let onEnd: (WebSocketEnding) -> Void
    private var context: ChannelHandlerContext?
    private var hasSaidGoodbye = false
    private var hasEnded = false

    init(bytesMax: Int, receive: @escaping ([UInt8]) -> Void, onEnd: @escaping (WebSocketEnding) -> Void) {
        self.bytesMax = bytesMax
        self.receive = receive
        self.onEnd = onEnd
        assembler = WebSocketAssembler(framesOf: .server, bytesMax: bytesMax)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: From the peer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        switch assembler.receive(WebSocketFrameHandler.unwrapInboundIn(data)) {
        case .nothing, .pong: break
        case .message(let text): if !hasSaidGoodbye { receive(text) }
        case .ping(let data):
            // Whoever asks and does not listen hears nothing.
            guard context.channel.isWritable, !hasSaidGoodbye else { return }
            write(WebSocketText.pong(data, mask: .random()), context)
        case .close(let code):
            if !hasSaidGoodbye { write(WebSocketText.close(code ?? 1000, "", mask: .random()), context) }
            end(WebSocketEnding(.closed, "the server closed it" + (code.map { " (\($0))" } ?? "")), context)
        case .fail(let fault): fail(fault, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let fault = WebSocketFault(error, bytesMax: bytesMax) { return fail(fault, context) }
        end(WebSocketEnding(.cut, "the connection failed"), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(WebSocketEnding(.cut, "the connection was cut"), context)
        context.fireChannelInactive()
    }

    private func fail(_ fault: WebSocketFault, _ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        write(WebSocketText.close(fault.code, fault.reason, mask: .random()), context)
        end(WebSocketEnding(.fault, fault.reason), context)
    }

    private func end(_ ending: WebSocketEnding, _ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        hasEnded = true
        // However it ends after our goodbye, it was ours.
        onEnd(hasSaidGoodbye ? WebSocketEnding(.ours, "closed by us") : ending)
        context.close(promise: nil)
    }

    // MARK: To the peer

    func send(_ text: String) {
        guard let context, !hasEnded, !hasSaidGoodbye else { return }
        // What is asked of a stream is short: a peer that takes not even that is gone.
        guard context.channel.isWritable else {
            return end(WebSocketEnding(.cut, "the server takes nothing"), context)
        }
        write(WebSocketText.message(text.utf8, mask: .random()), context)
    }

    /// Says goodbye, and gives the peer a moment to answer.
    func close() {
        guard let context, !hasEnded, !hasSaidGoodbye else { return }
        write(WebSocketText.close(1000, "", mask: .random()), context)
        hasSaidGoodbye = true
        context.eventLoop.assumeIsolated().scheduleTask(in: WebSocketFrameHandler.goodbyeMax) {
            guard let context = self.context else { return }
            self.end(WebSocketEnding(.ours, "closed by us"), context)
        }
    }

    private func write(_ frame: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(WebSocketFrameHandler.wrapOutboundOut(frame), promise: nil)
    }
}
