import Bus
import Domain
import Identity
import JSON
import NIOCore
import Store
import WebSocket

/// One connected client, on its event loop.
///
/// It decides nothing itself: what may wait is `LiveOutbox`'s business, what comes from the log `DurableJoin`'s, and who
/// counts as gone `LivePulse`'s.
final class LiveClient {
    /// What a client is from the start.
    struct Identity {
        let id: UUIDv7
        let kind: LiveKind
        let since: Timestamp
        let place: LivePlace
    }

    let identity: Identity
    let line: any LiveLine
    let shard: LiveShard
    private(set) var principal: Principal?
    private(set) var credentials: Credentials?
    private(set) var topics: TopicRequest
    private(set) var audience: Audience
    private(set) var ending: LiveEnding?
    private(set) var delivered: UInt64 = 0
    private(set) var lost = LiveLosses()
    var allowance: MessageAllowance
    var logIns = 0
    private var outbox: LiveOutbox
    private var join: DurableJoin
    private var pulse: LivePulse
    private var secondsToLookUp: Int
    private var pings: UInt64 = 0
    /// Whether a page is on its way; there is one at most.
    private var isPageAsked = false
    /// Whether that page is from where the client read before.
    private var isPageStale = false
    private(set) var needsFlush = false

    init(
        _ identity: Identity,
        line: any LiveLine,
        shard: LiveShard,
        principal: Principal?,
        credentials: Credentials?,
        topics: TopicRequest
    ) {
        self.identity = identity
        self.line = line
        self.shard = shard
        self.principal = principal
        self.credentials = principal == nil ? nil : credentials
        self.topics = topics
        audience = shard.audience(for: topics, role: principal?.liveRole)
        let settings = shard.settings
        allowance = MessageAllowance(settings.allowance)
        outbox = LiveOutbox(limits: settings.outbox)
        join = DurableJoin(liveFrom: shard.next)
        pulse = LivePulse(identity.kind, settings.pulse)
        secondsToLookUp = settings.credentialSeconds
    }

    var kind: LiveKind { identity.kind }
    /// Messages that wait for it.
    var waiting: Int { outbox.count }

    /// The connection is open: the client gets its welcome, the states of its topics, and then what comes.
    ///
    /// - Parameter position: the first offset that it wants from the log; `nil` for none.
    func enter(readingFrom position: UInt64?) {
        shard.add(self)
        moveToAudience()
        tell(welcome(readingFrom: position))
        offerStates(of: topics)
        if let position { read(from: position) }
    }

    private func welcome(readingFrom position: UInt64?) -> LiveNotice {
        var members: [String: JSONValue] = [
            "session_id": .string("\(identity.id)"),
            "epoch": .string("\(shard.epoch)"),
            "offset": .int(Int64(clamping: shard.next - 1)),
            "heartbeat_seconds": .int(Int64(shard.settings.pulse.everySeconds)),
        ]
        if let principal { members["role"] = .string(principal.role.rawValue) }
        var notice = LiveNotice("welcome", members)
        notice.retryMilliseconds = 3000
        notice.id = position.map { $0 - 1 } ?? (shard.next > 1 ? shard.next - 1 : nil)
        return notice
    }

    // MARK: Events

    /// An event that its audience wants has come.
    func offer(_ event: LiveEvent) {
        guard ending == nil, let bytes = event.bytes(for: kind) else { return }
        let delivery = event.delivery
        guard case .durable(let offset) = delivery else {
            _ = send(bytes, delivery)
            return
        }
        guard join.receive(DurableJoin.Held(offset: offset, bytes: bytes)) == .send else { return }
        // Without room it is read from the log, once the client has taken what it has.
        if !send(bytes, delivery) { read(from: offset) }
    }

    /// Events were lost on their way here, perhaps some for it.
    func noteMissed(_ count: Int) {
        guard ending == nil else { return }
        outbox.noteMissed(count)
        if outbox.isEmpty { drain() }
    }

    /// The states of topics that the client did not follow before.
    func offerStates(of topics: TopicRequest) {
        for event in shard.states(of: topics, for: audience) { offer(event) }
    }

    func tell(_ notice: LiveNotice) {
        guard ending == nil else { return }
        if !send(notice.bytes(for: kind), .notice) { end(.stalled) }
    }

    private func send(_ bytes: ByteBuffer, _ delivery: LiveClass, isPromised: Bool = false) -> Bool {
        guard outbox.isEmpty, line.isWritable else { return outbox.put(bytes, delivery, isPromised: isPromised) }
        write(bytes)
        return true
    }

    private func write(_ bytes: ByteBuffer) {
        line.write(bytes)
        delivered += 1
        shard.noteDelivered(kind)
        if !needsFlush {
            needsFlush = true
            shard.flushSoon(self)
        }
    }

    func flush() {
        needsFlush = false
        line.flush()
    }

    /// There is room to write again.
    func drain() {
        guard ending == nil else { return }
        if line.isWritable, let losses = outbox.takeLosses() {
            note(losses)
            write(LiveNotice.lagged(losses).bytes(for: kind))
        }
        while line.isWritable, let bytes = outbox.next() { write(bytes) }
        for event in shard.states(in: outbox.takeOwed()) where audience.wants(event.topic) { offer(event) }
        askForPage()
    }

    // MARK: The log

    /// Reads the log from an offset on and goes on with what comes live.
    func read(from position: UInt64) {
        join.read(from: position, next: shard.next)
        isPageStale = isPageAsked
        askForPage()
    }

    /// Live events were lost on their way here, from an offset on.
    func readAgain(from position: UInt64) {
        read(from: join.isReading ? join.position : max(join.position, position))
    }

    /// Asks for the next page when the client has taken the one before.
    private func askForPage() {
        guard join.isReading, !isPageAsked, !outbox.hasDurables, line.isWritable, ending == nil else { return }
        isPageAsked = shard.askForPage(for: self, from: join.position)
    }

    /// - Parameter page: what was read; `nil` when it could not be, so that it is tried again in a second.
    /// - Returns: how many events were sent from it.
    func receive(_ page: LogPage?) -> Int {
        guard ending == nil, isPageAsked else { return 0 }
        isPageAsked = false
        guard !isPageStale else {
            isPageStale = false
            askForPage()
            return 0
        }
        guard let page else { return 0 }
        if page.agedOut > 0 { tell(.gap(from: join.position, resumed: page.oldest)) }
        // Of another log, or of one that was restored from a backup: nothing of it is there.
        if join.position > page.head + 1 {
            tell(.gap(from: join.position, resumed: page.head + 1))
            join = DurableJoin(readingFrom: page.head + 1, next: shard.next)
        }
        let wanted = page.events.filter { $0.offset >= join.position && audience.wants($0.header.fullTopic) }
        for recorded in wanted {
            guard let bytes = LiveEvent(recorded).bytes(for: kind) else { continue }
            _ = send(bytes, .durable(recorded.offset), isPromised: true)
        }
        for held in join.receivePage(next: min(page.next, page.head + 1)) ?? [] {
            _ = send(held.bytes, .durable(held.offset), isPromised: true)
        }
        askForPage()
        return wanted.count
    }

    /// Whoever answered for pages has started anew, and forgotten what was asked.
    func askAgain() {
        isPageAsked = false
        isPageStale = false
        askForPage()
    }

    // MARK: Topics and credentials

    func changeTopics(_ topics: TopicRequest) {
        self.topics = topics
        moveToAudience()
    }

    /// Somebody has proven who they are, or something about them has changed.
    func become(_ principal: Principal, by credentials: Credentials) {
        let hadRole = self.principal?.liveRole
        self.principal = principal
        self.credentials = credentials
        if principal.liveRole != hadRole { moveToAudience() }
    }

    private func moveToAudience() {
        audience = shard.move(self, to: topics, role: principal?.liveRole)
    }

    // MARK: Time

    /// A second has passed.
    func second() {
        guard ending == nil else { return }
        allowance.second()
        switch pulse.second(isStalled: !line.isWritable) {
        case .nothing: break
        case .beat: beat()
        case .end(let reason): return end(reason)
        }
        askForPage()
        guard let credentials else { return }
        secondsToLookUp -= 1
        guard secondsToLookUp <= 0 else { return }
        secondsToLookUp = shard.settings.credentialSeconds
        shard.lookUp(credentials, for: self, isLogIn: false)
    }

    private func beat() {
        guard outbox.isEmpty, line.isWritable else { return }
        switch kind {
        case .events:
            let isComplete = !join.isReading && shard.next > 1
            line.write(EventStreamText.heartbeat(id: isComplete ? shard.next - 1 : nil))
        case .socket:
            pings += 1
            line.write(WebSocketText.ping(pings))
        }
        line.flush()
    }

    func noteAnswer() { pulse.noteAnswer() }

    // MARK: The end

    /// Ends the connection, saying so where the client listens.
    ///
    /// - Parameters:
    ///   - reason: why.
    ///   - code: what a WebSocket client is told, where the reason has no code of its own.
    ///   - text: the same for people.
    func end(_ reason: LiveEnding, code: UInt16? = nil, saying text: String = "") {
        guard ending == nil else { return }
        ending = reason
        outbox.removeAll()
        if [.gone, .silent, .stalled].contains(reason) { return line.cut() }
        // Whoever takes nothing hears no goodbye either.
        let deadline = TimeAmount.seconds(Int64(shard.settings.pulse.closingSeconds))
        shard.eventLoop.assumeIsolated().scheduleTask(in: deadline) { [line] in line.cut() }
        if reason == .stopping || reason == .expired {
            // Not all at once.
            let wait = Int.random(in: 500...3000)
            line.write(LiveNotice.bye(reason.rawValue, reconnectMilliseconds: wait).bytes(for: kind))
        }
        switch kind {
        case .events:
            line.write(EventStreamText.end)
            line.finish()
        case .socket:
            line.write(WebSocketText.close(code ?? reason.closeCode, text.isEmpty ? reason.rawValue : text))
            // Otherwise the client has the next word.
            if reason == .closed { line.finish() } else { line.flush() }
        }
    }

    /// The connection is closed: the client is no more.
    func leave() {
        ending = ending ?? .gone
        if let losses = outbox.takeLosses() { note(losses) }
        shard.remove(self)
    }

    private func note(_ losses: LiveLosses) {
        lost += losses
        // What the hub missed is counted where it was missed, and not once for each client.
        var own = losses
        own.missed = 0
        shard.meter.lost(own)
    }
}

extension Principal {
    /// The role that counts for what somebody may see; `nil`, as for a stranger, when the credential may not read.
    var liveRole: Role? { has(.read) ? role : nil }
}

extension LiveEnding {
    /// What a WebSocket client is told (RFC 6455 §7.4, and 4401 of our own).
    var closeCode: UInt16 {
        switch self {
        case .gone, .silent, .stalled, .closed: 1000
        case .expired: 4401
        case .protocolError: 1002
        case .unsupported: 1003
        case .tooLarge: 1009
        case .tooMany: 1008
        case .stopping: 1012
        }
    }
}
