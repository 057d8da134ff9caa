package import Bus
import DequeModule
import Threading

/// All durable events of one type, for a consumer that may not miss any: at least once, in the order of offsets.
///
/// It starts behind the consumer's saved cursor, reads the log up to its end, goes on with the consumer's mailbox, and
/// returns to the log when that mailbox overflowed. The consumer acknowledges what it has handled; after a crash it
/// gets everything later once more, so it must be able to meet an event twice. Ends like a bus subscription: when the
/// task is cancelled, or the same consumer subscribes again.
package struct DurableSubscription<Payload: DurableEvent>: AsyncSequence, Sendable {
    package typealias Element = DurableDelivery<Payload>
    package typealias Failure = StoreError

    /// Where a consumer without a cursor starts.
    package enum Start: Hashable, Sendable {
        case oldest
        /// Behind what is logged at the moment of subscribing.
        case newest
    }

    private let log: any EventLog & CursorRepository
    private let incarnation: Incarnation
    private let mailbox: Subscription<Payload>
    private let start: Start
    private let headAtStart: UInt64
    private let progress = Progress()

    /// Subscribes.
    ///
    /// Synchronous, so that no event can fall between subscribing and listening.
    ///
    /// - Parameters:
    ///   - type: the events wanted.
    ///   - incarnation: the consumer; its name and the topic are what the cursor is kept under.
    ///   - log: where they are recorded.
    ///   - start: where to begin when there is no cursor.
    ///   - limit: the bound of the mailbox, in events.
    /// - Throws: `BusError` when the type is not registered.
    package init(
        to type: Payload.Type,
        as incarnation: Incarnation,
        in log: any EventLog & CursorRepository,
        startingAt start: Start = .oldest,
        limit: Int? = nil
    ) throws(BusError) {
        self.log = log
        self.incarnation = incarnation
        self.start = start
        mailbox = try log.bus.subscribe(to: type, as: incarnation.name, limit: limit)
        // After subscribing: whatever is committed from now on reaches the mailbox.
        headAtStart = log.position.head
    }

    package var cursorKey: CursorKey { CursorKey(incarnation.name, Payload.topic) }

    /// Notes that everything up to an offset is handled.
    ///
    /// Returns once that is committed.
    ///
    /// To note it together with the effects of handling, use `Transaction.saveCursor` with `cursorKey` instead.
    package func acknowledge(_ offset: UInt64) async throws(StoreError) {
        let key = cursorKey
        do {
            _ = try await log.commit(by: incarnation) { try $0.saveCursor(key, offset: offset) }
        } catch {
            throw error as? StoreError ?? StoreError(.failed, key.text, detail: "\(error)")
        }
        progress.noteHandled(offset)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let subscription: DurableSubscription
        private var mailbox: Subscription<Payload>.Iterator
        private var catchUp: CatchUp?
        private var ready: Deque<Element> = []
        private var savedCursor: UInt64 = 0

        fileprivate init(_ subscription: DurableSubscription) {
            self.subscription = subscription
            mailbox = subscription.mailbox.makeAsyncIterator()
        }

        /// - Throws: `StoreError` when the log cannot be read. The position is kept: calling again goes on.
        package mutating func next() async throws(StoreError) -> Element? { try await next(isolation: #isolation) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> Element? {
            do {
                return try await advance(isolation: actor)
            } catch {
                // The end of a cancelled task is an end, not a failure.
                guard error.code == .cancelled, Task.isCancelled else { throw error }
                return nil
            }
        }

        private mutating func advance(isolation actor: isolated (any Actor)?) async throws(StoreError) -> Element? {
            var catchUp = try await position(isolation: actor)
            while true {
                if let element = ready.popFirst() {
                    subscription.progress.noteHandedOut(element.offset)
                    return Task.isCancelled ? nil : element
                }
                if catchUp.isLive {
                    guard let envelope = await mailbox.next(isolation: actor) else { return nil }
                    let offset = envelope.header.offset ?? 0
                    if catchUp.receive(offset: offset, missedBefore: envelope.missedBefore) == .handOut {
                        ready.append(.event(envelope))
                    }
                    self.catchUp = catchUp
                } else {
                    let page = try await subscription.log.read(.topic(Payload.topic), from: catchUp.position)
                    if let lost = catchUp.receive(page) { ready.append(.lost(lost)) }
                    ready.append(contentsOf: page.events.map(Element.init))
                    self.catchUp = catchUp
                    if ready.isEmpty { try await noteQuietStretch(before: catchUp.position) }
                }
            }
        }

        private mutating func position(isolation actor: isolated (any Actor)?) async throws(StoreError) -> CatchUp {
            if let catchUp { return catchUp }
            let position: UInt64
            if let cursor = try await subscription.log.cursor(subscription.cursorKey) {
                savedCursor = cursor
                position = cursor + 1
            } else if subscription.start == .newest {
                // Saved at once: a crash before the first acknowledgement must not skip what came meanwhile.
                try await subscription.acknowledge(subscription.headAtStart)
                savedCursor = subscription.headAtStart
                position = subscription.headAtStart + 1
            } else {
                position = subscription.log.position.oldest
            }
            let catchUp = CatchUp(position: position)
            self.catchUp = catchUp
            return catchUp
        }

        /// Moves the cursor over a long stretch without events of this type, so that it is not read again next time.
        private mutating func noteQuietStretch(before position: UInt64) async throws(StoreError) {
            guard subscription.progress.isAllHandled, position > savedCursor + 10_000 else { return }
            try await subscription.acknowledge(position - 1)
            savedCursor = position - 1
        }
    }
}

/// What has been handed out and what has been acknowledged; shared by a subscription and its iterator.
private final class Progress: Sendable {
    private struct State {
        var handedOut: UInt64 = 0
        var handled: UInt64 = 0
    }

    private let state = Mutex(State())

    var isAllHandled: Bool { state.withLock { $0.handled >= $0.handedOut } }

    func noteHandedOut(_ offset: UInt64) { state.withLock { $0.handedOut = max($0.handedOut, offset) } }

    func noteHandled(_ offset: UInt64) { state.withLock { $0.handled = max($0.handled, offset) } }
}
