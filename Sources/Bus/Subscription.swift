/// The events of one type, as one subscriber receives them: in the order they were published, each at most once.
///
/// Iterate it from one task. It ends when the task is cancelled, when the mailbox is closed, and when the same
/// subscriber subscribes again (its next incarnation has taken over).
public struct Subscription<Payload: Event>: AsyncSequence, Sendable {
    public typealias Element = Envelope<Payload>
    public typealias Failure = Never

    @usableFromInline let mailbox: Mailbox<Payload>
    @usableFromInline let lease: UInt64

    @inlinable
    init(_ mailbox: Mailbox<Payload>) {
        self.mailbox = mailbox
        lease = mailbox.open()
    }

    @inlinable
    public func makeAsyncIterator() -> Iterator { Iterator(mailbox: mailbox, lease: lease) }

    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline let mailbox: Mailbox<Payload>
        @usableFromInline let lease: UInt64

        @inlinable
        init(mailbox: Mailbox<Payload>, lease: UInt64) {
            self.mailbox = mailbox
            self.lease = lease
        }

        @inlinable
        public mutating func next() async -> Envelope<Payload>? {
            await next(isolation: #isolation)
        }

        /// Without this form every element would hop to another executor and back.
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Envelope<Payload>? {
            var mayHaveMore = true
            while true {
                switch mailbox.take(lease: lease) {
                case .event(let envelope): return Task.isCancelled ? nil : envelope
                case .replaced: return nil
                case .nothing where !mayHaveMore: return nil
                case .nothing: mayHaveMore = await mailbox.wait(lease: lease)
                }
            }
        }
    }

    /// Waits for events and moves all that are queued into `batch`, replacing what it held.
    ///
    /// For consumers that handle many at once. The events count as handled when this returns.
    ///
    /// - Returns: `false` when the subscription has ended; `batch` is then empty.
    @inlinable
    public func next(_ batch: inout EventBatch<Payload>) async -> Bool {
        var mayHaveMore = true
        while mailbox.take(into: &batch, lease: lease) {
            if !batch.isEmpty { return true }
            guard mayHaveMore else { return false }
            mayHaveMore = await mailbox.wait(lease: lease)
        }
        return false
    }
}
