import NIOCore
import NIOWebSocket
import WebSocket

/// Hands a client's frames to it.
final class WebSocketInbound: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame

    /// The largest message of a client.
    static let bytesMax = 64 * 1024

    private let client: LiveClient
    private var assembler = WebSocketAssembler(framesOf: .client, bytesMax: WebSocketInbound.bytesMax)

    init(_ client: LiveClient) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.receive(assembler.receive(WebSocketInbound.unwrapInboundIn(data)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let fault = WebSocketFault(error, bytesMax: WebSocketInbound.bytesMax) {
            client.receive(.fail(fault))
        } else {
            context.fireErrorCaught(error)
        }
    }
}
