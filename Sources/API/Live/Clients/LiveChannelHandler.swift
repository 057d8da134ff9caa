import NIOCore
import NIOHTTP1

/// Takes a connection over once its answer's head is out: from then on the bytes are the client's own.
///
/// It stands right behind the HTTP encoder. The head goes through the whole pipeline like that of any other answer; then
/// the encoder goes, and what the HTTP server still writes is swallowed. Should the head be another than the one that
/// was meant, the answer is left alone and the connection closed behind it.
final class LiveChannelHandler: ChannelDuplexHandler, RemovableChannelHandler, LiveLine {
    /// Whatever comes in passes by.
    typealias InboundIn = NIOAny
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// The answer has not begun.
        case waiting
        case open
        /// Another answer than ours goes out.
        case refused
        case finishing
        case closed
    }

    private let status: HTTPResponseStatus
    private let encoder: HTTPResponseEncoder
    private let ended: EventLoopPromise<Void>
    private var client: LiveClient?
    private var position: UInt64?
    private var context: ChannelHandlerContext?
    private var phase = Phase.waiting

    /// - Parameters:
    ///   - status: the head that opens the connection to the client.
    ///   - encoder: what is removed then.
    ///   - ended: fulfilled when the connection is closed.
    init(
        after status: HTTPResponseStatus,
        encoder: HTTPResponseEncoder,
        ended: EventLoopPromise<Void>
    ) {
        self.status = status
        self.encoder = encoder
        self.ended = ended
    }

    /// Says whose line this is; it lets go of the client at the end.
    ///
    /// - Parameters:
    ///   - client: enters its shard when the connection opens.
    ///   - position: the first offset that it wants from the log; `nil` for none.
    func serve(_ client: LiveClient, readingFrom position: UInt64?) {
        self.client = client
        self.position = position
    }

    // MARK: Handler

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        close()
        self.context = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .waiting:
            guard case .head(let head) = LiveChannelHandler.unwrapOutboundIn(data) else {
                return context.write(data, promise: promise)
            }
            context.write(data, promise: promise)
            guard head.status == status else {
                phase = .refused
                return
            }
            phase = .open
            context.pipeline.syncOperations.removeHandler(encoder, promise: nil)
            // From now on the client has a pace of its own, and nobody who closes the listener waits for it.
            if let pace = try? context.pipeline.syncOperations.context(handlerType: PaceHandler.self) {
                context.pipeline.syncOperations.removeHandler(context: pace, promise: nil)
            }
            client?.enter(readingFrom: position)
        case .refused:
            guard case .end = LiveChannelHandler.unwrapOutboundIn(data) else {
                return context.write(data, promise: promise)
            }
            context.write(data, promise: promise)
            finish()
        case .open, .finishing, .closed: promise?.succeed()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if phase == .open, context.channel.isWritable { client?.drain() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nobody who still wants to hear closes the other direction.
        if event as? ChannelEvent == .inputClosed, phase == .open { client?.end(.gone) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What fails on a connection of this kind ends it; there is nothing to tell that its end does not say.
        if phase != .refused { cut() }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    private func close() {
        guard phase != .closed else { return }
        phase = .closed
        client?.leave()
        client = nil
        ended.succeed()
    }

    // MARK: Line

    var isWritable: Bool { phase == .open && context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        guard phase == .open else { return }
        context?.write(LiveChannelHandler.wrapOutboundOut(bytes), promise: nil)
    }

    func flush() { context?.flush() }

    func finish() {
        guard let context, phase == .open || phase == .refused else { return }
        phase = .finishing
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        // A write of nothing is done when everything before it is.
        context.writeAndFlush(LiveChannelHandler.wrapOutboundOut(ByteBuffer()), promise: written)
    }

    func cut() { context?.close(promise: nil) }

    /// The task that answers the request is to end, so there is no time to wait for the client's answer.
    func cancel() {
        guard phase == .open else { return cut() }
        client?.end(.stopping)
        finish()
    }
}
