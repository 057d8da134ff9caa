import Glibc
import NIOCore
import NIOHTTP1

/// Serves one connection: a request at a time, each as its behaviour says.
///
/// Belongs to one event loop. It goes on reading while it answers, because that is how it learns that a client is gone.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    /// An answer under way.
    private struct Answer {
        let bytes: TimedBytes
        let outcome: AnswerPlan.Outcome
        let ticket: FaultDesk.Ticket?
        /// The next of its writes.
        var next = 0
        /// When the last write was due.
        var due: NIODeadline
        var timer: Scheduled<Void>?
        /// How many content events have gone to the system.
        var contentCount = 0
    }

    private let reception: Reception
    private var context: ChannelHandlerContext?
    private var request: RequestBody?
    private var answer: Answer?
    /// What came while an answer was under way.
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var isTakingWaiting = false
    /// Nothing more is read or written.
    private var isEnded = false

    /// A client that sends more than this ahead is cut off.
    private static let waitingMax = 16_384

    init(_ reception: Reception) { self.reception = reception }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        reception.desk.connectionOpened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let answer {
            answer.timer?.cancel()
            if let ticket = answer.ticket { reception.desk.abandon(ticket, after: answer.contentCount) }
        }
        answer = nil
        isEnded = true
        waiting.removeAll()
        reception.desk.connectionClosed()
        context.fireChannelInactive()
    }

    /// What is no HTTP is told so, unless an answer is on its way; what else goes wrong ends the connection.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, answer == nil, !isEnded, context.channel.isActive else {
            return context.close(promise: nil)
        }
        reception.desk.refuse()
        request = nil
        let body = ProviderWire.chat.errorBody(status: 400, message: "This is no HTTP request: \(error).", request: "")
        start(.json(body, status: 400), nil, keepsAlive: false, knowsChunks: false)
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnded else { return }
        let part = unwrapInboundIn(data)
        guard answer != nil || !waiting.isEmpty else { return take(part) }
        waiting.append(part)
        if waiting.count > ConnectionHandler.waitingMax { context.close(promise: nil) }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            let request = RequestBody(head)
            if request.awaitsContinue { writeContinue() }
            self.request = request
        case .body(let bytes):
            request?.append(bytes)
            if let request, request.isHopeless { context?.close(promise: nil) }
        case .end:
            guard let request else { return }
            self.request = nil
            var (plan, ticket) = reception.receive(request)
            if request.head.method == .HEAD { plan.body = StreamBody() }
            start(plan, ticket, keepsAlive: request.keepsAlive, knowsChunks: request.head.version == .http1_1)
        }
    }

    private func writeContinue() {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    /// Not by recursion: a client may have sent thousands of requests ahead.
    private func takeWaiting() {
        guard !isTakingWaiting else { return }
        isTakingWaiting = true
        defer { isTakingWaiting = false }
        while answer == nil, !isEnded, let part = waiting.popFirst() { take(part) }
    }

    // MARK: Answers

    private func start(_ plan: AnswerPlan, _ ticket: FaultDesk.Ticket?, keepsAlive: Bool, knowsChunks: Bool) {
        answer = Answer(
            bytes: TimedBytes(plan, keepsAlive: keepsAlive, knowsChunks: knowsChunks),
            outcome: plan.outcome,
            ticket: ticket,
            due: .now()
        )
        advance()
    }

    /// Writes everything that is due.
    private func advance() {
        guard let context, var answer else { return }
        while answer.next < answer.bytes.writes.count {
            let write = answer.bytes.writes[answer.next]
            if write.delay > .zero, answer.timer == nil {
                answer.due = answer.due + TimeAmount(write.delay)
                if answer.due > .now() {
                    answer.timer = wait(until: answer.due, context)
                    self.answer = answer
                    return context.flush()
                }
            }
            answer.timer = nil
            answer.next += 1
            self.answer = answer
            let isLast = answer.next == answer.bytes.writes.count
            send(write, isLast: isLast, context)
            if isLast || answer.bytes.flushesEach { context.flush() }
            // Behind the last write another answer may have begun by now.
            guard !isLast, let current = self.answer else { return }
            answer.contentCount = current.contentCount
        }
    }

    private func wait(until due: NIODeadline, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [weak self] in self?.advance() }
    }

    private func send(_ write: TimedBytes.Write, isLast: Bool, _ context: ChannelHandlerContext) {
        guard let buffer = answer?.bytes.buffer,
            let bytes = buffer.getSlice(at: write.bytes.lowerBound, length: write.bytes.count)
        else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { [weak self] in
            guard let self else { return }
            answer?.contentCount += write.contentCount
            if isLast { finish() }
        }
        context.write(wrapOutboundOut(bytes), promise: written)
    }

    /// Everything has been handed to the system.
    private func finish() {
        guard let context, let answer, answer.bytes.ending != .hang else { return }
        self.answer = nil
        if let ticket = answer.ticket { reception.desk.end(ticket, answer.outcome) }
        switch answer.bytes.ending {
        case .keepAlive: takeWaiting()
        case .close:
            isEnded = true
            context.close(promise: nil)
        case .reset:
            isEnded = true
            reset(context)
        case .hang: break
        }
    }

    /// With nothing to linger for, the system resets the connection when it is closed.
    private func reset(_ context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
