public import Threading

/// One subscriber's bounded queue of one event type.
///
/// Publishers append under one lock, the subscriber takes from a second buffer under another, and the two buffers are
/// swapped when the second is empty: neither side waits for the other's work. The mailbox belongs to the subscriber's
/// name and not to its current incarnation, so what was queued when an actor failed is there for its successor, in
/// order. Opening it again takes it away from whoever had it open before.
///
/// Inlinable, like `Channel` and `EventBatch`, because a generic that its user cannot see into costs several times as
/// much.
public final class Mailbox<Payload: Event>: Sendable {
    public let subscriber: ActorName
    /// The most events held; state events hold at most one per subject besides.
    public let limit: Int

    @usableFromInline
    struct Incoming {
        @usableFromInline var queue = EventBatch<Payload>()
        /// Where each subject's newest event stands in `queue`; state events only.
        @usableFromInline var places: [Subject?: Int] = [:]
        @usableFromInline var droppedTotal: UInt64 = 0
        @usableFromInline var waiter: UnsafeContinuation<Void, Never>?
        /// The subscription that may wait; the same as `Outgoing.lease`, where this lock can see it.
        @usableFromInline var lease: UInt64 = 0
        @usableFromInline var isClosed = false

        @inlinable init() {}
    }

    @usableFromInline
    struct Outgoing {
        @usableFromInline var queue = EventBatch<Payload>()
        /// The subscription that may take; a larger number replaced the ones before.
        @usableFromInline var lease: UInt64 = 0
        @usableFromInline var takenTotal: UInt64 = 0

        @inlinable init() {}
    }

    @usableFromInline let incoming = Mutex(Incoming())
    @usableFromInline let outgoing = Mutex(Outgoing())

    @inlinable
    init(subscriber: ActorName, limit: Int) {
        self.subscriber = subscriber
        self.limit = max(1, limit)
    }

    // MARK: The publisher's side

    /// Queues one event.
    ///
    /// Constant time, never waits for the subscriber.
    @inlinable
    func deposit(_ envelope: Envelope<Payload>) {
        let waiter = incoming.withLock { state -> UnsafeContinuation<Void, Never>? in
            append(envelope, to: &state)
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Queues the events of one publish, in order, under one lock and without copying them.
    @inlinable
    func deposit(contentsOf envelopes: ContiguousArray<Envelope<Payload>>) {
        guard !envelopes.isEmpty else { return }
        let waiter = incoming.withLock { state -> UnsafeContinuation<Void, Never>? in
            if Payload.delivery == .state {
                for envelope in envelopes { append(envelope, to: &state) }
            } else if !state.isClosed {
                state.queue.append(contentsOf: envelopes)
                trim(&state)
            }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    @inlinable
    func append(_ envelope: Envelope<Payload>, to state: inout Incoming) {
        guard !state.isClosed else { return }
        guard Payload.delivery == .state else {
            state.queue.append(envelope)
            trim(&state)
            return
        }
        let subject = envelope.header.subject
        // The place stays the one of the first unread event of that subject: a subject that changes often cannot push
        // the others back.
        if let place = state.places[subject] {
            state.queue.replace(at: place, with: envelope)
        } else if state.queue.count < limit {
            state.places[subject] = state.queue.count
            state.queue.append(envelope)
        } else {
            // Subjects are a closed set; one that does not fit is counted like any other loss.
            state.queue.missed &+= 1
            state.droppedTotal += 1
        }
    }

    @inlinable
    func trim(_ state: inout Incoming) {
        while state.queue.count > limit {
            state.queue.dropFirst()
            state.droppedTotal += 1
        }
    }

    // MARK: The subscriber's side

    /// Takes the mailbox over for a new subscription and wakes the old one, which then ends.
    @usableFromInline
    func open() -> UInt64 {
        let lease = outgoing.withLock { state -> UInt64 in
            state.lease += 1
            return state.lease
        }
        let old = incoming.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.lease = max(state.lease, lease)
            return state.waiter.take()
        }
        old?.resume()
        return lease
    }

    /// No event arrives any more; what is queued can still be taken.
    func close() {
        let waiter = incoming.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    @usableFromInline
    enum Taken {
        case event(Envelope<Payload>)
        case nothing
        /// Another subscription has opened this mailbox.
        case replaced
    }

    @inlinable
    func take(lease: UInt64) -> Taken {
        outgoing.withLock { state -> Taken in
            guard state.lease == lease else { return .replaced }
            if state.queue.isEmpty { refill(&state) }
            guard let envelope = state.queue.popFirst() else { return .nothing }
            state.takenTotal += 1
            return .event(envelope)
        }
    }

    /// Moves everything queued into `batch`, whose storage becomes the mailbox's next buffer.
    ///
    /// - Returns: `false` once another subscription has opened this mailbox.
    @inlinable
    func take(into batch: inout EventBatch<Payload>, lease: UInt64) -> Bool {
        batch.removeAll()
        return outgoing.withLock { state -> Bool in
            guard state.lease == lease else { return false }
            swap(&state.queue, &batch)
            guard batch.isEmpty else {
                state.takenTotal += UInt64(batch.count)
                return true
            }
            refill(&state)
            swap(&state.queue, &batch)
            state.takenTotal += UInt64(batch.count)
            return true
        }
    }

    /// Locks nest in this order only: outgoing, then incoming.
    @inlinable
    func refill(_ state: inout Outgoing) {
        incoming.withLock { incoming in
            // A loss with nothing after it waits for the event that will announce it.
            guard !incoming.queue.isEmpty else { return }
            swap(&incoming.queue, &state.queue)
            incoming.queue.removeAll()
            if !incoming.places.isEmpty { incoming.places.removeAll(keepingCapacity: true) }
        }
    }

    /// Waits until there may be something to take.
    ///
    /// Returns early when the mailbox is closed or taken over, or when the task is cancelled.
    ///
    /// - Returns: `false` when nothing will come any more.
    @usableFromInline
    nonisolated(nonsending) func wait(lease: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let now = incoming.withLock { state -> UnsafeContinuation<Void, Never>? in
                    // One that has been replaced must not take the place of its successor, who would wait for ever.
                    guard state.queue.isEmpty, !state.isClosed, !Task.isCancelled, state.lease == lease else {
                        return continuation
                    }
                    state.waiter = continuation
                    return nil
                }
                now?.resume()
            }
        } onCancel: {
            incoming.withLock { $0.waiter.take() }?.resume()
        }
        return !Task.isCancelled && !isExhausted
    }

    private var isExhausted: Bool { incoming.withLock { $0.isClosed && $0.queue.isEmpty } }

    // MARK: For the operator

    @usableFromInline
    var statistics: MailboxStatistics {
        let (taken, ready) = outgoing.withLock { ($0.takenTotal, $0.queue.count) }
        return incoming.withLock { state in
            MailboxStatistics(
                subscriber: subscriber,
                topic: Payload.topic,
                depth: state.queue.count + ready,
                limit: limit,
                taken: taken,
                dropped: state.droppedTotal
            )
        }
    }
}

/// How a mailbox is doing.
public struct MailboxStatistics: Hashable, Sendable {
    public let subscriber: ActorName
    public let topic: Topic
    /// Events waiting now.
    public let depth: Int
    public let limit: Int
    /// Events the subscriber has taken since it first subscribed.
    public let taken: UInt64
    /// Events lost to this subscriber since it first subscribed.
    public let dropped: UInt64
}
