import CZeroMQ
import DequeModule
import Threading

/// The socket thread's life: everything that touches a socket of the edge happens here, in turns.
///
/// Made and used on that thread only. A turn never waits except in `poll`, and does a bounded amount of each kind of
/// work, so that a flood of one kind delays the others by little.
final class EdgeLoop {
    let shared: EdgeShared
    let context: ZeroMQContext
    /// Set to `nil` only by the drill that kills it.
    private var authenticator: Authenticator?
    private var canary: Canary
    var publishers: [EndpointSocket] = []
    var routers: [EndpointSocket] = []
    var sequences = SequenceTable()
    var stream: StreamEvents
    /// Reused for every received frame.
    var message = ZeroMQMessage()
    var limits = ReportLimits()
    private var generation = 0
    private var lastCanary: [UInt8] = []
    private var nextTick = ContinuousClock.now
    private var closing = Closing.no
    private var pollItems: [zmq_pollitem_t] = []
    private var reopening: [Reopening] = []

    private struct Reopening {
        let endpoint: ZeroMQEndpoint
        let index: Int
        let peers: PeerCounters
        let until: ContinuousClock.Instant
    }

    private enum Closing {
        case no
        /// Send what is queued, then say goodbye.
        case draining
        /// Waiting for the peers to take what was sent.
        case holding(until: ContinuousClock.Instant, subscribers: Int)
    }

    /// How many subscribers have answered the goodbye.
    var goodbyeAnswers = 0

    /// Opens every endpoint, the authenticator before them.
    init(_ shared: EdgeShared) throws(ZeroMQError) {
        self.shared = shared
        stream = StreamEvents(shared)
        context = try ZeroMQContext(socketsMax: 128)
        authenticator = try Authenticator(in: context)
        canary = try Canary(to: shared.config.eventsAddress, in: context)
        for endpoint in shared.config.endpoints {
            try open(endpoint, index: endpoint.kind == .events ? publishers.count : routers.count)
        }
        rebuildPollItems()
    }

    /// What the endpoints are called from outside.
    var bound: [ZeroMQEndpoint] { publishers.map(\.endpoint) + routers.map(\.endpoint) }

    private func open(
        _ endpoint: ZeroMQEndpoint,
        index: Int,
        peers: PeerCounters = PeerCounters()
    ) throws(ZeroMQError) {
        generation += 1
        let socket = try EndpointSocket(
            endpoint,
            index: index,
            generation: generation,
            peers: peers,
            config: shared.config,
            context: context
        )
        if endpoint.kind == .events { publishers.append(socket) } else { routers.append(socket) }
    }

    // MARK: Turns

    /// Works until told to finish.
    ///
    /// - Throws: `ZeroMQError` when the sockets can no longer be waited for.
    func run() throws(ZeroMQError) {
        defer { shutDown() }
        while try turn() {}
    }

    /// - Returns: `false` at the end.
    private func turn() throws(ZeroMQError) -> Bool {
        try poll()
        authenticate()
        for publisher in publishers {
            publisher.drainMonitor()
            // The edge's own subscriber is one of the connections of the local endpoint.
            if publisher.peers.open <= (publisher.endpoint.isLocal ? 1 : 0) {
                shared.outgoing.forgetLapsed(publisher.index)
            }
        }
        for router in routers { router.drainMonitor() }
        for publisher in publishers { receiveSubscriptions(publisher) }
        if !reopening.isEmpty { reopen() }
        let work = shared.outgoing.take()
        for order in work.orders { obey(order) }
        let hadChunk = work.chunk != nil
        if let chunk = work.chunk { send(chunk) }
        for reply in work.replies { send(reply) }
        if case .no = closing { for router in routers { receiveRequests(router) } }
        if canary.saw(lastCanary) { shared.canarySeen() }
        let now = ContinuousClock.now
        if now >= nextTick { tick(now) }
        return goOn(now, isIdle: !hadChunk && work.replies.isEmpty)
    }

    private func poll() throws(ZeroMQError) {
        var timeout = 0
        if shared.outgoing.fallAsleep() {
            let pause = ContinuousClock.now.duration(to: nextTick).wholeMilliseconds
            if case .no = closing, reopening.isEmpty { timeout = Int(pause) } else { timeout = min(10, Int(pause)) }
        }
        let result = zmq_poll(&pollItems, Int32(pollItems.count), timeout)
        guard result >= 0 || zmq_errno() == EINTR else { throw .last("cannot wait for the ZeroMQ sockets") }
        if pollItems[0].revents != 0 { shared.outgoing.wakeUp.drain() }
    }

    private func rebuildPollItems() {
        let input = Int16(ZMQ_POLLIN)
        pollItems = [
            zmq_pollitem_t(socket: nil, fd: shared.outgoing.wakeUp.descriptor, events: input, revents: 0),
            zmq_pollitem_t(socket: canary.socket.raw, fd: 0, events: input, revents: 0),
        ]
        for endpoint in publishers + routers {
            for raw in [endpoint.socket.raw, endpoint.monitorRaw] {
                pollItems.append(zmq_pollitem_t(socket: raw, fd: 0, events: input, revents: 0))
            }
        }
        if let raw = authenticator?.socket.raw {
            pollItems.append(zmq_pollitem_t(socket: raw, fd: 0, events: input, revents: 0))
        }
    }

    private func tick(_ now: ContinuousClock.Instant) {
        // A tick that comes late is not made up for.
        nextTick = max(nextTick.advanced(by: .seconds(1)), now)
        if case .no = closing {
            sendToAll(stream.heartbeat(&sequences))
            sendCanary()
        }
        limits.reset()
        publishCounters()
    }

    /// Sends the event that has to come back in through the local socket.
    func sendCanary() {
        let frames = stream.canary()
        lastCanary = frames.payload
        sendToAll(frames)
    }

    private func publishCounters() {
        var connections: [String: PeerCounters] = [:]
        for endpoint in publishers + routers { connections[endpoint.endpoint.name] = endpoint.peers }
        let total = connections.values.reduce(0) { $0 + $1.peers }
        shared.counters.update { statistics in
            statistics.connections.merge(connections) { _, new in new }
            statistics.peers = max(0, total - 1)
        }
    }

    // MARK: Who may connect

    private func authenticate() {
        guard authenticator?.isAlive == true else {
            if publishers.contains(where: \.isSecured) || routers.contains(where: \.isSecured) { shutSecured() }
            return
        }
        let isAuthorised = { [shared] (publicKey: String) in shared.key(publicKey: publicKey) != nil }
        for decision in authenticator?.answer(isAuthorised) ?? [] { note(decision) }
    }

    private func note(_ decision: Authenticator.Decision) {
        switch decision {
        case .accepted: shared.counters.update { $0.authSuccesses += 1 }
        case .refused(let publicKey, let address):
            shared.counters.update { $0.authFailures += 1 }
            if limits.mayReport(.unknownKey) {
                shared.report(.unknownKey(publicKey: publicKey, address: address))
            }
        case .invalid: shared.counters.update { $0.authFailures += 1 }
        }
    }

    /// Without an authenticator libzmq would let everybody in: close the doors, and who is inside goes too.
    private func shutSecured() {
        let names = (publishers + routers).filter(\.isSecured).map(\.endpoint.name)
        publishers.removeAll(where: \.isSecured)
        routers.removeAll(where: \.isSecured)
        rebuildPollItems()
        shared.counters.update { statistics in
            statistics.isAuthenticatorDead = true
            for name in names { statistics.connections[name]?.closeAll() }
        }
        shared.report(.authenticatorDied(endpoints: names))
    }

    /// Ends every encrypted connection and listens again, so that only keys authorised now come back.
    private func reopenSecured() {
        let attemptsEnd = ContinuousClock.now.advanced(by: .seconds(5))
        for old in publishers + routers where old.isSecured {
            var peers = old.peers
            peers.closeAll()
            reopening.append(Reopening(endpoint: old.endpoint, index: old.index, peers: peers, until: attemptsEnd))
        }
        publishers.removeAll(where: \.isSecured)
        routers.removeAll(where: \.isSecured)
        rebuildPollItems()
    }

    /// Opens what is to be opened again.
    ///
    /// libzmq closes sockets in the background, so the address may still be taken for a while.
    private func reopen() {
        for next in reopening {
            do throws(ZeroMQError) {
                guard authenticator?.isAlive == true else { throw ZeroMQError(.closed, "the authenticator is gone") }
                try open(next.endpoint, index: next.index, peers: next.peers)
                rebuildPollItems()
            } catch {
                if error.code == .addressInUse, ContinuousClock.now < next.until { continue }
                shared.report(.endpointLost(name: next.endpoint.name, reason: error.detail))
            }
            reopening.removeAll { $0.endpoint == next.endpoint }
        }
    }

    // MARK: Orders and the end

    private func obey(_ order: OutgoingQueue.Order) {
        switch order {
        case .killAuthenticator: authenticator = nil
        case .reopenSecured: reopenSecured()
        case .finish: if case .no = closing { closing = .draining }
        }
        rebuildPollItems()
    }

    private func goOn(_ now: ContinuousClock.Instant, isIdle: Bool) -> Bool {
        switch closing {
        case .no: return true
        case .draining:
            guard isIdle else { return true }
            // What the last heartbeat did not say yet, so that the loss of a last event shows after all.
            sendToAll(stream.heartbeat(&sequences))
            sendToAll(stream.goodbye())
            goodbyeAnswers = 0
            let subscribers = publishers.reduce(0) { $0 + $1.peers.open } - 1
            closing = .holding(until: now.advanced(by: shared.config.closeHold), subscribers: subscribers)
            return true
        case .holding(let deadline, let subscribers):
            let open = (publishers + routers).reduce(0) { $0 + $1.peers.open }
            return now < deadline && open > 1 && (subscribers == 0 || goodbyeAnswers < subscribers)
        }
    }

    private func shutDown() {
        shared.outgoing.close()
        publishCounters()
        // The doors before the doorkeeper.
        publishers = []
        routers = []
        authenticator = nil
    }
}

/// Keeps incidents that a stranger can cause at will from being reported at will: each once per tick.
struct ReportLimits {
    enum Kind: Hashable { case unknownKey, subscription, busy }

    private var reported: Set<Kind> = []

    mutating func mayReport(_ kind: Kind) -> Bool { reported.insert(kind).inserted }

    mutating func reset() { reported = [] }
}
