import Threading

/// The events of one subscription, complete and in order; made by `Client.follow`.
///
/// Each loop over it subscribes anew. It ends when its task is cancelled, and never by itself: a station that is away is
/// waited for.
public struct Follow: AsyncSequence, Sendable {
    /// What the loop sees.
    public enum Element: Sendable {
        case event(Event)
        /// Something was published that will not come; what follows is in order again.
        case lost(Loss)
    }

    let client: Client
    let prefix: String
    let since: UInt64?
    let repairTimeout: Duration
    private let shared = FollowRecord()

    init(client: Client, prefix: String, since: UInt64?, repairTimeout: Duration) {
        self.client = client
        self.prefix = prefix
        self.since = since
        self.repairTimeout = repairTimeout
    }

    /// Counts of the newest loop; renewed with every batch that arrives.
    public var statistics: FollowStatistics { shared.statistics }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(Follower(self, record: shared))
    }

    /// Hands out one event or loss at a time.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let follower: Follower

        init(_ follower: Follower) { self.follower = follower }

        /// - Throws: `ClientError` with `.badSetting` when the events address or a key cannot be used.
        public mutating func next() async throws -> Element? {
            try await next(isolation: nil)
        }

        /// - Throws: `ClientError` with `.badSetting` when the events address or a key cannot be used.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
            if let ready = follower.takeReady() { return ready }
            return try await follower.next(isolation: actor)
        }
    }
}

/// What a stream has seen since it began.
public struct FollowStatistics: Hashable, Sendable {
    public internal(set) var events: UInt64 = 0
    /// Of those, read again from the event log or a snapshot.
    public internal(set) var repaired: UInt64 = 0
    /// Repeats that were not handed out.
    public internal(set) var duplicates: UInt64 = 0
    public internal(set) var lostData: UInt64 = 0
    public internal(set) var lostDurable: UInt64 = 0
    /// Messages that were not events.
    public internal(set) var malformed: UInt64 = 0
    /// Runs of the station.
    public internal(set) var epochs = 0
    /// Every durable event up to this offset has been handed out: resume with the next one.
    public internal(set) var position: UInt64?
}

/// The counts of a stream, for readers in other tasks.
final class FollowRecord: Sendable {
    private let state = Mutex(FollowStatistics())

    var statistics: FollowStatistics {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
