import Bus
import Domain
import NIOCore
import Store

/// The live clients of one event loop; everything here happens on it, so that nothing needs a lock.
final class LiveShard {
    let eventLoop: any EventLoop
    let settings: LiveSettings
    let epoch: UUIDv7
    private let desk: LookUpDesk
    let meter: LiveMeter
    /// The offset of the next durable event that comes live.
    private(set) var next: UInt64
    private var states: LatestStates
    private var audiences: [Audience.Key: Audience] = [:]
    private var clients: [UUIDv7: LiveClient] = [:]
    private var toFlush: [LiveClient] = []
    private var isFlushing = false
    private var delivered: [LiveKind: UInt64] = [:]
    private var flushed: [EventLoopPromise<Void>] = []
    private var emptied: [EventLoopPromise<Void>] = []

    /// So many connections are written to before others on the event loop have their turn.
    private static let flushesAtOnce = 64

    init(
        _ eventLoop: any EventLoop,
        settings: LiveSettings,
        epoch: UUIDv7,
        desk: LookUpDesk,
        meter: LiveMeter,
        next: UInt64,
        states: LatestStates
    ) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.epoch = epoch
        self.desk = desk
        self.meter = meter
        self.next = next
        self.states = states
    }

    // MARK: Clients

    func add(_ client: LiveClient) {
        clients[client.identity.id] = client
        meter.entered(client.kind)
    }

    func remove(_ client: LiveClient) {
        guard clients.removeValue(forKey: client.identity.id) != nil else { return }
        leave(client.audience, client)
        meter.left(client)
        guard clients.isEmpty else { return }
        for promise in emptied { promise.succeed() }
        emptied = []
    }

    /// The states of topics that an audience may see.
    func states(of topics: TopicRequest, for audience: Audience) -> [LiveEvent] {
        states.all.filter { topics.filter.matches($0.topic.text) && audience.wants($0.topic) }
    }

    func states(in topics: Set<FullTopic>) -> [LiveEvent] { topics.compactMap { states[$0] } }

    func audience(for topics: TopicRequest, role: Role?) -> Audience {
        let key = Audience.Key(topics: topics, role: role)
        return audiences[key] ?? Audience(key)
    }

    func move(_ client: LiveClient, to topics: TopicRequest, role: Role?) -> Audience {
        leave(client.audience, client)
        let audience = audience(for: topics, role: role)
        audiences[audience.key] = audience
        audience.add(client)
        return audience
    }

    private func leave(_ audience: Audience, _ client: LiveClient) {
        audience.remove(client)
        if audience.isEmpty, audiences[audience.key] === audience { audiences[audience.key] = nil }
    }

    // MARK: Events

    /// Hands events out.
    ///
    /// - Returns: when they are on their way to every client that has room for them.
    func publish(_ events: [LiveEvent], second: Int) -> EventLoopFuture<Void> {
        for event in events {
            if let offset = event.header.offset { next = max(next, offset + 1) }
            if event.header.delivery == .state, !states.take(event, second: second) { continue }
            for audience in audiences.values where audience.wants(event.topic) {
                for client in audience.members { client.offer(event) }
            }
        }
        return whenFlushed()
    }

    /// Events were lost on their way here, whomever they concern.
    func noteMissed(_ count: Int) {
        for client in Array(clients.values) { client.noteMissed(count) }
    }

    /// Durable events were lost on their way here: whoever follows the log reads it again.
    ///
    /// - Parameters:
    ///   - first: the first that was lost.
    ///   - next: the offset of the next one that comes.
    func readAgain(from first: UInt64, next: UInt64) {
        self.next = max(self.next, next)
        for client in clients.values { client.readAgain(from: first) }
    }

    /// Sends a text to all clients, or to those of a group.
    ///
    /// - Returns: how many they are.
    func broadcast(_ notice: LiveNotice, to group: LiveGroup?) -> Int {
        let addressed = clients.values.filter { client in
            client.ending == nil && (group.map(client.topics.groups.contains) ?? true)
        }
        for client in addressed { client.tell(notice) }
        return addressed.count
    }

    // MARK: Writing

    func noteDelivered(_ kind: LiveKind) { delivered[kind, default: 0] += 1 }

    func flushSoon(_ client: LiveClient) {
        toFlush.append(client)
        guard !isFlushing else { return }
        isFlushing = true
        eventLoop.assumeIsolated().execute { self.flushSome() }
    }

    private func flushSome() {
        let some = toFlush.suffix(LiveShard.flushesAtOnce)
        // Before the flush, which may make room, and so more to flush.
        toFlush.removeLast(some.count)
        for client in some { client.flush() }
        guard toFlush.isEmpty else { return eventLoop.assumeIsolated().execute { self.flushSome() } }
        isFlushing = false
        meter.delivered(delivered)
        delivered = [:]
        let done = flushed
        flushed = []
        for promise in done { promise.succeed() }
    }

    private func whenFlushed() -> EventLoopFuture<Void> {
        guard isFlushing else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        flushed.append(promise)
        return promise.futureResult
    }

    // MARK: Time

    /// A second has passed.
    func second(_ second: Int) {
        for client in Array(clients.values) { client.second() }
        for (group, interval) in settings.repeatSeconds {
            let due = states.due(group, every: interval, at: second)
            guard !due.isEmpty else { continue }
            for audience in audiences.values where audience.groups.contains(group) {
                for event in due where audience.wants(event.topic) {
                    for client in audience.members { client.offer(event) }
                }
            }
        }
    }

    /// Says goodbye to all clients.
    ///
    /// - Returns: when the last has gone, or the time for it is over.
    func stop() -> EventLoopFuture<Void> {
        guard !clients.isEmpty else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        emptied.append(promise)
        let told = Array(clients.values)
        for client in told { client.end(.stopping) }
        eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(settings.goodbyeSeconds))) {
            // The hub may have begun anew since, with clients of its own.
            for client in told { client.line.cut() }
        }
        return promise.futureResult
    }

    // MARK: Looking things up

    /// - Returns: whether it will be answered.
    func askForPage(for client: LiveClient, from position: UInt64) -> Bool {
        let id = client.identity.id
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return desk.ask(.page(prefix: client.topics.filter.commonPrefix, from: position)) { answer in
            guard case .page(let page) = answer else { return }
            bound.eventLoop.execute { bound.value.answer(id, page) }
        }
    }

    private func answer(_ id: UUIDv7, _ page: LogPage?) {
        guard let client = clients[id] else { return }
        meter.replayed(client.receive(page))
    }

    /// Finds out whom a credential stands for.
    ///
    /// - Parameters:
    ///   - credentials: a token, a key or a cookie.
    ///   - client: who showed it.
    ///   - isLogIn: whether the client waits for the answer.
    ///   - request: the id of its request.
    func lookUp(_ credentials: Credentials, for client: LiveClient, isLogIn: Bool, answering request: String? = nil) {
        let id = client.identity.id
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let isAsked = desk.ask(.principal(credentials)) { answer in
            guard case .principal(let principal) = answer else { return }
            bound.eventLoop.execute {
                guard let client = bound.value.clients[id] else { return }
                client.receive(principal, of: credentials, isLogIn: isLogIn, answering: request)
            }
        }
        if !isAsked, isLogIn {
            let failure = APIError(.unavailable, "Too many log in at once.")
            client.receive(.failure(failure), of: credentials, isLogIn: true, answering: request)
        }
    }

    /// Whoever answered has started anew.
    func askAgain() {
        for client in clients.values { client.askAgain() }
    }

    // MARK: For the operator

    var sessions: [LiveSession] { clients.values.map(LiveSession.init) }
}
