import NIOCore
import NIOHTTP1

/// Sees to it that a request to change the protocol gets an ordinary answer, and that the connection ends with it unless
/// the answer agrees.
///
/// Behind such a request the decoder reads nothing more and keeps whatever arrives, without bound; so it is removed, and
/// what arrives is dropped until somebody who speaks the new protocol stands in front.
final class UpgradeGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case plain
        /// The head of a request to change the protocol has come.
        case asked
        /// The whole request has come; nothing else is HTTP.
        case read
        /// The answer agrees: the connection is somebody else's.
        case changed
    }

    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private var phase = Phase.plain

    init(_ decoder: ByteToMessageHandler<HTTPRequestDecoder>) { self.decoder = decoder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .read, .changed: return
        case .plain, .asked: break
        }
        switch UpgradeGuard.unwrapInboundIn(data) {
        case .head(let head):
            if head.method == .CONNECT || head.headers.contains(name: "upgrade") { phase = .asked }
        case .end where phase == .asked:
            phase = .read
            context.pipeline.syncOperations.removeHandler(decoder, promise: nil)
        case .body, .end: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase == .asked || phase == .read else { return context.write(data, promise: promise) }
        switch UpgradeGuard.unwrapOutboundIn(data) {
        case .head(var head):
            if head.status == .switchingProtocols {
                phase = .changed
            } else {
                head.headers.replaceOrAdd(name: "connection", value: "close")
            }
            context.write(UpgradeGuard.wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.writeAndFlush(data, promise: written)
        }
    }
}
