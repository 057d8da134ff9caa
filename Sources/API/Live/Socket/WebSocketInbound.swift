import NIOCore
import NIOWebSocket

/// Hands a client's frames to it.
final class WebSocketInbound: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame

    private let client: LiveClient
    private var assembler = WebSocketAssembler()

    init(_ client: LiveClient) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.receive(assembler.receive(WebSocketInbound.unwrapInboundIn(data)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: client.receive(.tooLarge)
        case is NIOWebSocketError: client.receive(.broken("a malformed frame"))
        default: context.fireErrorCaught(error)
        }
    }
}
