import Bus
import Threading

/// What the socket thread and the asynchronous side of one run of the edge have in common.
final class EdgeShared: Sendable {
    let config: ZeroMQConfig
    let epoch: UUIDv7
    let outgoing: OutgoingQueue
    let control: ControlQueue
    let counters = EdgeCounters()
    let now: @Sendable () -> Timestamp
    let position: @Sendable () -> LogPosition
    let report: @Sendable (EdgeIncident) -> Void

    /// Whether an own event has come in through the real socket; `false` when the edge ended before.
    let answering = OneShot<Bool>()

    private let keys: Mutex<[String: AuthorisedKey]>
    /// When the edge last saw its own event: nanoseconds since `started`, plus one; 0 for never.
    private let canary = Atomic<UInt64>(0)
    private let started = ContinuousClock.now

    init(
        config: ZeroMQConfig,
        epoch: UUIDv7,
        now: @escaping @Sendable () -> Timestamp,
        position: @escaping @Sendable () -> LogPosition,
        report: @escaping @Sendable (EdgeIncident) -> Void
    ) throws(ThreadError) {
        self.config = config
        self.epoch = epoch
        self.now = now
        self.position = position
        self.report = report
        let tables = config.endpoints.filter { $0.kind == .events }
            .map { _ in SubscriptionTable(limit: config.subscriptionsMax) }
        outgoing = try OutgoingQueue(subscriptions: tables)
        control = ControlQueue(limit: config.controlQueueMax)
        keys = Mutex(EdgeShared.table(config.authorisedKeys))
    }

    // MARK: Keys

    private static func table(_ keys: [AuthorisedKey]) -> [String: AuthorisedKey] {
        Dictionary(keys.map { ($0.publicKey, $0) }) { first, _ in first }
    }

    /// The key, if it is authorised now; the authenticator names each connection by its public key.
    func key(publicKey: String) -> AuthorisedKey? { keys.withLock { $0[publicKey] } }

    /// - Returns: whether a key lost what it had, so that its connections have to end.
    func replaceKeys(_ new: [AuthorisedKey]) -> Bool {
        let table = EdgeShared.table(new)
        return keys.withLock { keys in
            defer { keys = table }
            return keys.contains { table[$0.key] == nil }
        }
    }

    // MARK: The canary

    func canarySeen() {
        let elapsed = (ContinuousClock.now - started) / .nanoseconds(1)
        let isFirst = canary.exchange(UInt64(elapsed) + 1, ordering: .acquiringAndReleasing) == 0
        if isFirst { answering.set(true) }
    }

    var lastCanarySeen: ContinuousClock.Instant? {
        let stamp = canary.load(ordering: .acquiring)
        return stamp == 0 ? nil : started.advanced(by: .nanoseconds(stamp - 1))
    }
}

/// How far the event log reaches.
package struct LogPosition: Hashable, Sendable {
    /// The newest offset; 0 while the log is empty.
    package let offset: UInt64
    /// The oldest offset kept; 0 while the log is empty.
    package let oldestOffset: UInt64

    package init(offset: UInt64, oldestOffset: UInt64) {
        self.offset = offset
        self.oldestOffset = oldestOffset
    }
}
