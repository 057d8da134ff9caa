package import Bus

/// The one ordered record of durable events, and the only way they get published.
///
/// Offsets count from 1 without holes; their order is commit order and delivery order, on every engine.
package protocol EventLog: Sendable {
    /// Where committed events are delivered.
    var bus: EventBus { get }
    /// How far the log reaches, as of the last commit. Does not wait.
    var position: LogPosition { get }
    /// What the writer has done, and how many wait for it. Does not wait.
    var statistics: WriterStatistics { get }

    /// Logs events and delivers them to the bus. All or none; they get consecutive offsets.
    ///
    /// Returns once they are committed. A full queue is waited for up to the store's limit of waiting callers. When
    /// the caller is cancelled before its turn nothing is written; afterwards the outcome is awaited and reported.
    /// - Throws: `StoreError`: `.busy`, `.cancelled`, `.closed`, `.constraint` (an id that is logged already), `.fenced`,
    ///   `.full`, `.tooLarge`, `.unpublishable`, `.unreachable`. Nothing is stored then.
    func append(_ events: [PendingEvent], by author: Incarnation) async throws(StoreError) -> [EnvelopeHeader]

    /// Changes state and logs events in one transaction.
    ///
    /// The body runs on the writer's thread, between other callers' units in the same transaction of the database: it
    /// must be short and may not wait. When it throws, what it did is undone, it consumes no offset, and nobody else
    /// notices.
    /// - Parameters:
    ///   - author: who does it.
    ///   - evenIfCancelled: whether it is also done for a caller that is cancelled: it writes down what has happened
    ///     already, such as a delivery that is to be paid for.
    ///   - body: what is done.
    /// - Returns: what the body returns, and the events it has logged.
    /// - Throws: what the body throws, or `StoreError` as for `append`.
    func commit<Value: Sendable>(
        by author: Incarnation,
        evenIfCancelled: Bool,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Committed<Value>

    /// The events from an offset on that match a filter; at most `LogPage.scanCountMax` offsets are looked at.
    ///
    /// - Parameters:
    ///   - filter: which events.
    ///   - from: the first offset wanted; 0 for the oldest kept.
    ///   - limit: the most events, up to `LogPage.eventCountMax`.
    ///   - sizeBytesMax: where the page ends once its payloads exceed it; holds one event at least.
    /// - Returns: the page, with the offset to read on from.
    /// - Throws: `StoreError`: `.unreachable`, `.corrupt`, `.cancelled`.
    func read(
        _ filter: EventFilter,
        from: UInt64,
        limit: Int,
        sizeBytesMax: Int
    ) async throws(StoreError) -> LogPage

    /// The event with this id; `nil` when it is not in the log.
    func event(_ id: UUIDv7) async throws(StoreError) -> RecordedEvent?

    /// The chain of causes that an event belongs to, oldest first. Also takes the id of the chain.
    func trace(_ id: UUIDv7, limit: Int) async throws(StoreError) -> [RecordedEvent]

    /// The offset of the first event at or after a time; the next offset to be given when there is none.
    func offset(since time: Timestamp) async throws(StoreError) -> UInt64

    /// Removes one batch of what a policy no longer keeps. Call it again while it says that there is more.
    func prune(_ policy: RetentionPolicy, at time: Timestamp) async throws(StoreError) -> PruneReport

    /// Finishes the writes that are queued, refuses new ones and lets go of the database. Safe to call twice.
    func close() async
}

/// The result of a committed unit.
package struct Committed<Value: Sendable>: Sendable {
    package let value: Value
    /// The headers of the events it logged, in order.
    package let events: [EnvelopeHeader]
}

extension EventLog {
    package func commit<Value: Sendable>(
        by author: Incarnation,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        try await commit(by: author, evenIfCancelled: false, body)
    }

    /// Logs one event and delivers it.
    @discardableResult
    package func append(
        _ event: some DurableEvent,
        by author: Incarnation,
        causedBy cause: EnvelopeHeader? = nil
    ) async throws(StoreError) -> EnvelopeHeader {
        let headers = try await append([PendingEvent(event, causedBy: cause)], by: author)
        guard let header = headers.first else { throw StoreError(.failed, "no header") }
        return header
    }

    /// Logs several events and delivers them together.
    @discardableResult
    package func append(
        contentsOf events: some Collection<any DurableEvent>,
        by author: Incarnation,
        causedBy cause: EnvelopeHeader? = nil
    ) async throws(StoreError) -> [EnvelopeHeader] {
        var pending: [PendingEvent] = []
        pending.reserveCapacity(events.count)
        for event in events { pending.append(try PendingEvent(event, causedBy: cause)) }
        return try await append(pending, by: author)
    }

    package func read(_ filter: EventFilter, from: UInt64, limit: Int = 1000) async throws(StoreError) -> LogPage {
        try await read(filter, from: from, limit: limit, sizeBytesMax: LogPage.defaultSizeBytesMax)
    }

    package func trace(_ id: UUIDv7) async throws(StoreError) -> [RecordedEvent] { try await trace(id, limit: 1000) }
}

/// Everything the store keeps, on whichever engine.
package typealias Storage = EventLog & ActivityLog & SettingRepository & CursorRepository & StatementRunner
    & NoticeBoard
