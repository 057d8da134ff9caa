public import Threading

/// Everything the bus keeps for one event type: its subscribers, its sequence numbers, its last values.
@usableFromInline
final class Channel<Payload: Event>: AnyChannel {
    @usableFromInline
    struct State {
        @usableFromInline var mailboxes: ContiguousArray<Mailbox<Payload>> = []
        @usableFromInline var taps: ContiguousArray<Tap> = []
        @usableFromInline var sequences = SequenceTable()
        /// The newest event of each subject; state events only.
        @usableFromInline var latest: [Subject?: Envelope<Payload>] = [:]
        @usableFromInline var published: UInt64 = 0

        @inlinable init() {}
    }

    @usableFromInline let state = Mutex(State())

    @inlinable init() {}

    @usableFromInline var topic: Topic { Payload.topic }
    @usableFromInline var eventType: any Event.Type { Payload.self }

    // MARK: Publishing

    /// Gives events their sequence numbers and hands them to every subscriber, all under one lock, so that each
    /// subscriber sees the order of the numbers.
    @inlinable
    func publish(_ payload: Payload, header: EnvelopeHeader) {
        state.withLock { state in
            var envelope = Envelope(header: header, payload: payload)
            Channel.number(&envelope, in: &state)
            for mailbox in state.mailboxes { mailbox.deposit(envelope) }
            guard !state.taps.isEmpty else { return }
            let erased = AnyEnvelope(header: envelope.header, payload: payload)
            for tap in state.taps { tap.deposit(erased) }
        }
    }

    @inlinable
    func publish(contentsOf envelopes: consuming ContiguousArray<Envelope<Payload>>) {
        var envelopes = envelopes
        state.withLock { state in
            for index in envelopes.indices { Channel.number(&envelopes[index], in: &state) }
            for mailbox in state.mailboxes { mailbox.deposit(contentsOf: envelopes) }
            guard !state.taps.isEmpty else { return }
            for envelope in envelopes {
                let erased = AnyEnvelope(header: envelope.header, payload: envelope.payload)
                for tap in state.taps { tap.deposit(erased) }
            }
        }
    }

    @inlinable
    static func number(_ envelope: inout Envelope<Payload>, in state: inout State) {
        let subject = envelope.header.subject
        envelope.header.seq = state.sequences.next(for: subject)
        state.published += 1
        if Payload.delivery == .state { state.latest[subject] = envelope }
    }

    /// Delivers an event whose number the event log has given already.
    @usableFromInline
    func deliver(_ committed: AnyEnvelope) -> Bool {
        guard let payload = committed.payload as? Payload else { return false }
        let envelope = Envelope(header: committed.header, payload: payload)
        state.withLock { state in
            state.sequences.set(envelope.header.seq, for: envelope.header.subject)
            state.published += 1
            for mailbox in state.mailboxes { mailbox.deposit(envelope) }
            for tap in state.taps { tap.deposit(committed) }
        }
        return true
    }

    /// Delivers an event of another daemon to the mailboxes, and to the taps that want such events.
    @usableFromInline
    func deliverForeign(_ committed: AnyEnvelope) -> Bool {
        guard let payload = committed.payload as? Payload else { return false }
        let envelope = Envelope(header: committed.header, payload: payload)
        state.withLock { state in
            for mailbox in state.mailboxes { mailbox.deposit(envelope) }
            for tap in state.taps where tap.includesForeign { tap.deposit(committed) }
        }
        return true
    }

    // MARK: Subscribing

    /// The subscriber's mailbox, made on first use.
    ///
    /// Subscribing again finds the same one.
    @inlinable
    func mailbox(of subscriber: ActorName, limit: Int, startingWithLatest: Bool) -> Mailbox<Payload> {
        state.withLock { state in
            if let known = state.mailboxes.first(where: { $0.subscriber == subscriber }) { return known }
            let mailbox = Mailbox<Payload>(subscriber: subscriber, limit: limit)
            if startingWithLatest {
                mailbox.deposit(contentsOf: ContiguousArray(state.latest.values.sorted { $0.id < $1.id }))
            }
            state.mailboxes.append(mailbox)
            return mailbox
        }
    }

    @usableFromInline
    func forget(_ subscriber: ActorName) {
        let gone = state.withLock { state -> Mailbox<Payload>? in
            guard let index = state.mailboxes.firstIndex(where: { $0.subscriber == subscriber }) else { return nil }
            return state.mailboxes.remove(at: index)
        }
        gone?.close()
    }

    @usableFromInline
    func attach(_ tap: Tap) { state.withLock { $0.taps.append(tap) } }

    @usableFromInline
    func detach(_ tap: Tap) { state.withLock { $0.taps.removeAll { $0 === tap } } }

    // MARK: Looking

    @usableFromInline var latest: [AnyEnvelope] {
        state.withLock { state in
            state.latest.values.map { AnyEnvelope(header: $0.header, payload: $0.payload) }
        }
    }

    @usableFromInline var sequences: [(FullTopic, UInt64)] {
        state.withLock { $0.sequences.all }.map { (FullTopic(Payload.topic, $0.subject), $0.seq) }
    }

    @usableFromInline var statistics: (published: UInt64, mailboxes: [MailboxStatistics]) {
        state.withLock { state in (state.published, state.mailboxes.map(\.statistics)) }
    }
}

/// A channel whose event type is known only at run time.
@usableFromInline
protocol AnyChannel: Sendable {
    var topic: Topic { get }
    var eventType: any Event.Type { get }
    func deliver(_ committed: AnyEnvelope) -> Bool
    func deliverForeign(_ committed: AnyEnvelope) -> Bool
    func forget(_ subscriber: ActorName)
    func attach(_ tap: Tap)
    func detach(_ tap: Tap)
    var latest: [AnyEnvelope] { get }
    var sequences: [(FullTopic, UInt64)] { get }
    var statistics: (published: UInt64, mailboxes: [MailboxStatistics]) { get }
}
