import Bus

/// The state of the transaction under way, on the writer's thread: what units append to.
///
/// A class only so that a `Transaction` can refer to it; it never leaves its thread.
final class LogWriter {
    let connection: any WriterConnection
    let bus: EventBus
    let now: @Sendable () -> Timestamp
    var assigner: LogAssigner
    /// What this transaction has logged so far, in the order of the offsets.
    private(set) var logged: [AnyEnvelope] = []
    private let follower: LogFollower

    init(
        connection: any WriterConnection,
        bus: EventBus,
        now: @escaping @Sendable () -> Timestamp,
        assigner: LogAssigner,
        follower: LogFollower
    ) {
        self.follower = follower
        self.connection = connection
        self.bus = bus
        self.now = now
        self.assigner = assigner
    }

    /// Begins a transaction; in a shared log, where the database says that the log ends.
    func begin() throws(StoreError) {
        if let position = try connection.begin() { try adopt(position) }
    }

    /// Delivers what others have logged meanwhile.
    func follow() throws(StoreError) {
        if connection.isShared { try adopt(connection.position()) }
    }

    /// Others' events go out before any that this transaction will log: they have the lower offsets.
    private func adopt(_ position: LogPosition) throws(StoreError) {
        for header in try follower.follow(to: position, on: connection) {
            assigner.note(header.seq, of: header.fullTopic)
        }
        assigner.adopt(position)
    }

    struct Mark {
        let assigner: LogAssigner.Mark
        let loggedCount: Int
    }

    var mark: Mark { Mark(assigner: assigner.mark, loggedCount: logged.count) }

    /// Forgets what was logged since; the database's side is the caller's.
    func rollBack(to mark: Mark) {
        assigner.rollBack(to: mark.assigner)
        logged.removeSubrange(mark.loggedCount...)
    }

    func headers(since mark: Mark) -> [EnvelopeHeader] { logged[mark.loggedCount...].map(\.header) }

    /// The transaction is committed: hands over what it logged and starts anew.
    func settle() -> [AnyEnvelope] {
        assigner.settle()
        follower.noteCommitted(assigner.position)
        let taken = logged
        logged.removeAll(keepingCapacity: true)
        return taken
    }

    func append(_ event: PendingEvent, source: ActorName) throws(StoreError) -> EnvelopeHeader {
        let before = assigner.mark
        let header = try stamp(event.payload, event, source: source)
        do {
            try connection.insert(header, payload: event.encoded, mayConflict: event.id != nil || event.origin != nil)
        } catch {
            // A body may catch this and go on: the next event must get the same offset.
            assigner.rollBack(to: before)
            throw error
        }
        logged.append(AnyEnvelope(header: header, payload: event.payload, encodedPayload: event.encoded))
        return header
    }

    private func stamp<Payload: DurableEvent>(
        _ payload: Payload,
        _ event: PendingEvent,
        source: ActorName
    ) throws(StoreError) -> EnvelopeHeader {
        guard bus.type(of: Payload.topic) == Payload.self else {
            throw StoreError(.unpublishable, Payload.topic.text)
        }
        let (offset, seq) = assigner.assign(FullTopic(Payload.topic, payload.subject), sizeBytes: event.sizeBytes)
        let header = bus.stamp(
            payload,
            source: source,
            cause: event.cause,
            origin: event.origin,
            offset: offset,
            seq: seq
        )
        guard let id = event.id else { return header }
        return EnvelopeHeader(
            id: id,
            time: header.time,
            epoch: header.epoch,
            seq: seq,
            offset: offset,
            cause: event.cause?.id,
            correlation: event.cause?.correlation,
            topic: header.topic,
            subject: header.subject,
            source: source,
            origin: event.origin,
            version: header.version,
            delivery: header.delivery
        )
    }
}
