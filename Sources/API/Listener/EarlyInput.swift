import NIOCore

/// Keeps what a connection brought before there was anybody to read it.
///
/// A peer that says that it sends no more has all of its input read at once, also where nothing is to be read yet. That
/// is as much as the kernel kept for the socket, and the last that comes.
final class EarlyInput: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private var held: [NIOAny] = []
    private var isEnd = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { held.append(data) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
        isEnd = true
    }

    /// Whoever is next reads it now.
    func handlerRemoved(context: ChannelHandlerContext) {
        for data in held { context.fireChannelRead(data) }
        if !held.isEmpty { context.fireChannelReadComplete() }
        if isEnd { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        held.removeAll()
    }
}
