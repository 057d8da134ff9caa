import CZeroMQ
import JSON

extension EdgeLoop {
    private static var requestsPerTurn: Int { 64 }

    /// Takes requests and queues them for the workers.
    func receiveRequests(_ router: EndpointSocket) {
        for _ in 0..<EdgeLoop.requestsPerTurn {
            var frames: [[UInt8]] = []
            let count = router.socket.receive(&message) { index, bytes in
                if index < 3 { frames.append(Array(bytes)) }
            }
            guard count > 0 else { return }
            shared.counters.update { $0.controlRequests += 1 }
            let hasDelimiter = count == 3 && frames[1].isEmpty
            guard count == 2 || hasDelimiter, let body = frames.last else {
                shared.counters.update { $0.controlMalformed += 1 }
                continue
            }
            let route = ControlRoute(socket: router.index, identity: frames[0], hasDelimiter: hasDelimiter)
            // Only the last frame's properties can be relied on in this version of libzmq.
            guard let caller = caller(at: router, userID: message.property("User-Id")) else {
                shared.counters.update { $0.controlRefused += 1 }
                let id = JSONRPCHead(body)?.id ?? .null
                answer(route, JSONRPCError.notPermitted(needs: .viewer).answering(id))
                continue
            }
            guard body.count <= shared.config.controlMessageBytesMax else {
                shared.counters.update { $0.controlMalformed += 1 }
                let limit = shared.config.controlMessageBytesMax
                let id = JSONRPCHead(body)?.id ?? .null
                answer(route, JSONRPCError.notRequest("longer than \(limit) bytes").answering(id))
                continue
            }
            guard shared.control.offer(IncomingRequest(route: route, caller: caller, bytes: body)) else {
                shared.counters.update { $0.controlBusy += 1 }
                if limits.mayReport(.busy) { shared.report(.controlBusy) }
                answer(route, JSONRPCError.busy.answering(JSONRPCHead(body)?.id ?? .null))
                continue
            }
        }
    }

    /// - Returns: `nil` for a caller whose key is not authorised (any more).
    private func caller(at router: EndpointSocket, userID: String?) -> ControlCaller? {
        let name = router.endpoint.name
        if router.isSecured {
            guard let userID, let key = shared.key(publicKey: userID) else { return nil }
            return ControlCaller(name: key.name, role: key.role, publishPrefixes: key.publishPrefixes, endpoint: name)
        }
        // Whoever reaches the local socket has passed its directory's mode. A loopback port has no such door.
        guard router.endpoint.isLocal else {
            return ControlCaller(name: "tcp", role: .viewer, publishPrefixes: [], endpoint: name)
        }
        let role = shared.config.ipcRole
        return ControlCaller(name: "ipc", role: role, publishPrefixes: role >= .operator ? [""] : [], endpoint: name)
    }

    private func answer(_ route: ControlRoute, _ error: JSONRPCError) {
        send(OutgoingQueue.Reply(route: route, bytes: JSONRPC.answer(error)))
    }

    /// Sends an answer to the connection that asked; one that is gone, or does not read, loses it.
    func send(_ reply: OutgoingQueue.Reply) {
        guard let router = routers.first(where: { $0.index == reply.route.socket }) else { return }
        guard router.socket.send(reply.route.identity, more: true) == .sent else { return }
        if reply.route.hasDelimiter { guard router.socket.send([], more: true) == .sent else { return } }
        _ = router.socket.send(reply.bytes)
    }
}
