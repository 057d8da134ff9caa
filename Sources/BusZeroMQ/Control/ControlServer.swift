import Threading

/// Turns requests into answers: reads them, keeps repeated ones from taking effect again, and asks the handler.
final class ControlServer: Sendable {
    private let queue: ControlQueue
    private let outgoing: OutgoingQueue
    private let counters: EdgeCounters
    private let handler: ControlHandler
    private let concurrency: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let answered = Mutex(AnsweredRequests<ContinuousClock.Instant>())
    /// Progress is left out while more frames than these wait to be sent.
    private static let progressBacklogMax = 256

    init(
        queue: ControlQueue,
        outgoing: OutgoingQueue,
        counters: EdgeCounters,
        concurrency: Int,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        handler: @escaping ControlHandler
    ) {
        self.queue = queue
        self.outgoing = outgoing
        self.counters = counters
        self.concurrency = concurrency
        self.now = now
        self.handler = handler
    }

    /// Works until the queue is closed and empty.
    func run() async {
        await withDiscardingTaskGroup { group in
            for worker in 0..<concurrency {
                // So many requests at once, all from one queue: a slow one holds up one worker and not the others.
                group.addTask {
                    while let request = await self.queue.next(worker: worker) { await self.handle(request) }
                }
            }
        }
    }

    private func handle(_ incoming: IncomingRequest) async {
        let request: JSONRPC.Request
        do throws(JSONRPCError) {
            request = try JSONRPC.parse(incoming.bytes)
        } catch {
            counters.update { $0.controlMalformed += 1 }
            outgoing.reply(OutgoingQueue.Reply(route: incoming.route, bytes: JSONRPC.answer(error)))
            return
        }
        let key = AnsweredRequests<ContinuousClock.Instant>.Key(
            caller: incoming.caller,
            route: incoming.route,
            id: request.id
        )
        let verdict = answered.withLock { $0.begin(key, route: incoming.route, at: now()) }
        switch verdict {
        case .wait: counters.update { $0.controlRepeated += 1 }
        case .answered(let bytes):
            counters.update { $0.controlRepeated += 1 }
            outgoing.reply(OutgoingQueue.Reply(route: incoming.route, bytes: bytes))
        case .busy:
            counters.update { $0.controlBusy += 1 }
            let bytes = JSONRPC.answer(JSONRPCError.busy.answering(request.id))
            outgoing.reply(OutgoingQueue.Reply(route: incoming.route, bytes: bytes))
        case .run:
            let reply = await handler(controlRequest(request, incoming))
            let bytes = reply.bytes(answering: request.id)
            if case .failure(let error) = reply, error.code == -32001 || error.code == -32601 {
                counters.update { $0.controlRefused += 1 }
            }
            for route in answered.withLock({ $0.finish(key, bytes, at: now()) }) {
                outgoing.reply(OutgoingQueue.Reply(route: route, bytes: bytes))
            }
        }
    }

    private func controlRequest(_ request: JSONRPC.Request, _ incoming: IncomingRequest) -> ControlRequest {
        ControlRequest(
            id: request.id,
            method: request.method,
            params: request.params,
            caller: incoming.caller,
            progress: { [outgoing] fields in
                guard outgoing.repliesWaiting < ControlServer.progressBacklogMax else { return }
                let bytes = JSONRPC.progress(request.id, fields)
                outgoing.reply(OutgoingQueue.Reply(route: incoming.route, bytes: bytes))
            }
        )
    }
}
