import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Closes connections whose peer takes too long, and keeps account of those that are open.
///
/// Belongs to one event loop.
final class PaceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How often a connection is looked at: a limit holds to within this.
    private static let tick: Duration = .seconds(2)

    private let limits: ConnectionPace.Limits
    private let connections: OpenConnections
    private var pace: ConnectionPace?
    private var timer: Scheduled<Void>?
    /// No more requests are to come this way: whoever sends them is told, and the server closes after its answer.
    private var isLast = false
    /// The end of the last answer, until it is out.
    private var lastWrite: EventLoopFuture<Void>?
    /// The client has said that it sends no more.
    private var isInputClosed = false
    /// What whoever answers now wants to have done then.
    private var onGone: (@Sendable () -> Void)?

    init(limits: ConnectionPace.Limits = ConnectionPace.Limits(), connections: OpenConnections) {
        self.limits = limits
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        clientIsGone()
        end(context)
        context.fireChannelInactive()
    }

    /// Whoever takes the connection over, such as a WebSocket, minds its pace itself.
    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: pace?.readHead(at: now)
        case .body(let bytes):
            pace?.readBody(bytes.readableBytes, at: now)
            // It may send faster than the timer looks.
            guard !isOverdue else { return context.close(promise: nil) }
        case .end: pace?.readEnd()
        }
        context.fireChannelRead(data)
    }

    private var isOverdue: Bool { pace?.deadline.map { $0 <= now } ?? false }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isLast && pace?.openCount == 1 && head.status != .switchingProtocols:
            head.headerFields[.connection] = "close"
            return context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            onGone = nil
            pace?.wroteEnd(at: now)
            guard isLast else { break }
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            lastWrite = written.futureResult
            return context.write(data, promise: written)
        case .head, .body: break
        }
        context.write(data, promise: promise)
    }

    /// The server closes right behind its last answer, which may not be out yet: a close drops what waits.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard let lastWrite, mode != .input else { return context.close(mode: mode, promise: promise) }
        self.lastWrite = nil
        lastWrite.assumeIsolated().whenComplete { _ in context.close(mode: mode, promise: promise) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { isLast = true }
        context.fireUserInboundEventTriggered(event)
        guard event as? ChannelEvent == .inputClosed else { return }
        clientIsGone()
        // Nothing more comes from it, and nothing is owed to it: it need not be waited for until its time is over.
        if pace?.openCount == 0 { context.close(promise: nil) }
    }

    // MARK: Clients that go

    /// Has something done when the client hangs up before the answer under way is out; at once when it has already.
    ///
    /// A client that only sends no more looks the same. That is worth telling only where an answer costs something.
    static func whenGone(_ channel: any Channel, _ body: @escaping @Sendable () -> Void) {
        channel.eventLoop.execute {
            guard channel.isActive,
                let handler = try? channel.pipeline.syncOperations.handler(type: PaceHandler.self),
                !handler.isInputClosed
            else { return body() }
            handler.onGone = body
        }
    }

    private func clientIsGone() {
        isInputClosed = true
        onGone?()
        onGone = nil
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pace?.becameWritable(context.channel.isWritable, at: now)
        context.fireChannelWritabilityChanged()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard pace == nil else { return }
        pace = ConnectionPace(limits: limits, at: now)
        guard connections.opened(context.channel) else { return context.close(promise: nil) }
        wait(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        guard pace != nil else { return }
        pace = nil
        timer?.cancel()
        timer = nil
        connections.closed(context.channel)
    }

    /// One timer for each connection, not one for each step: a step costs nothing but a note of its deadline.
    private func wait(_ context: ChannelHandlerContext) {
        let left = pace?.deadline.map { $0 - now } ?? PaceHandler.tick
        let delay = TimeAmount(min(max(.milliseconds(1), left), PaceHandler.tick))
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self, pace != nil else { return }
            guard isOverdue else { return wait(context) }
            context.close(promise: nil)
        }
    }

    private var now: Duration { .nanoseconds(Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }
}
