package import Bus
package import Logging
import NIOCore
package import Store
import Threading

/// Hands the bus's events to every live client, each encoded once.
///
/// It is made once and outlives the incarnations of the actor that runs it: while none runs, clients stay connected, new
/// ones are refused, and durable events that were missed are read from the log afterwards. A client can slow neither the
/// hub nor another client: what it does not take waits in its own bounded outbox.
package final class LiveHub: Sendable {
    private struct State {
        var isOpen = false
        var hasRun = false
        /// Which life of it this is.
        var life: UInt64 = 0
        var census: LiveCensus
        var shards: [ObjectIdentifier: NIOLoopBound<LiveShard>] = [:]
        /// The offset of the next durable event to hand out.
        var next: UInt64 = 1
        var states = LatestStates()
        var second = 0
        /// Those that did not encode have been told of.
        var failedTopics: Set<Topic> = []
        var ids = UUIDv7Generator()
    }

    /// What the hub works with.
    package struct Parts: Sendable {
        let log: any EventLog
        let authenticate: Authenticator
        let clock: any Clock<Duration>
        let now: @Sendable () -> Timestamp
        let logger: Logger

        /// - Parameters:
        ///   - log: where durable events are read again; its bus is the one that is followed.
        ///   - authenticate: finds out whom a credential stands for.
        ///   - clock: beats once a second.
        ///   - now: what time it is.
        ///   - logger: told of what goes wrong.
        package init(
            log: any EventLog,
            authenticate: @escaping Authenticator,
            clock: any Clock<Duration> = ContinuousClock(),
            now: @escaping @Sendable () -> Timestamp,
            logger: Logger
        ) {
            self.log = log
            self.authenticate = authenticate
            self.clock = clock
            self.now = now
            self.logger = logger
        }
    }

    let settings: LiveSettings
    private let parts: Parts
    private let state: Mutex<State>
    private let meter = LiveMeter()
    private let desk: LookUpDesk

    /// The most events that the hub reads from the log itself to fill a hole; clients read longer ones each at its own
    /// pace.
    private static let repairMax: UInt64 = 1024

    package init(_ parts: Parts, settings: LiveSettings = LiveSettings()) {
        self.parts = parts
        self.settings = settings
        let limits = LiveCensus.Limits(
            connectionsMax: settings.connectionsMax,
            perAddressMax: settings.connectionsPerAddressMax
        )
        state = Mutex(State(census: LiveCensus(limits: limits)))
        desk = LookUpDesk(
            log: parts.log,
            authenticate: parts.authenticate,
            waitingMax: 2 * settings.connectionsMax,
            meter: meter,
            logger: parts.logger
        )
    }

    package var statistics: LiveStatistics { meter.statistics }

    // MARK: Life

    /// Serves clients until the task is cancelled, and then says goodbye to them.
    ///
    /// - Parameter onReady: called once clients are let in.
    /// - Throws: `CancellationError`.
    package func run(onReady: @Sendable () -> Void = {}) async throws {
        let bus = parts.log.bus
        let tap = bus.tap(limit: settings.tapMax, includingForeign: true)
        defer { bus.remove(tap) }
        // After the tap, so that nothing falls between the states of now and what follows.
        await handOut(bus.snapshot().map(event))
        let end = parts.log.position.head + 1
        let (next, life) = state.withLock { state in
            state.life += 1
            // What was logged before the first client could come concerns nobody.
            if !state.hasRun { state.next = end }
            state.hasRun = true
            return (state.next, state.life)
        }
        // What was logged since the last life of the hub concerns those who stayed.
        if next < end { await fill(from: next, to: end) }
        let result: Result<Void, any Error>
        do {
            try await serve(tap, onReady)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // A life that was given up on has no word in the next one.
        let isCurrent = state.withLock { state in
            guard state.life == life else { return false }
            state.isOpen = false
            return true
        }
        if isCurrent, Task.isCancelled { await sayGoodbye() }
        try result.get()
    }

    private func serve(_ tap: Tap, _ onReady: @Sendable () -> Void) async throws {
        // Before any client can ask.
        let shift = desk.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Three lives of one hub: events must not wait for look-ups, nor the seconds for events.
            group.addTask { await self.desk.work(shift, width: self.settings.lookUpsMax) }
            group.addTask { await self.follow(tap) }
            group.addTask { try await self.beat() }
            for shard in shards { shard.eventLoop.execute { shard.value.askAgain() } }
            state.withLock { $0.isOpen = true }
            onReady()
            try await group.next()
            group.cancelAll()
        }
    }

    private func sayGoodbye() async {
        let ends = shards.map { shard in shard.eventLoop.flatSubmit { shard.value.stop() } }
        for end in ends { await LiveHub.settled(end) }
    }

    private func beat() async throws {
        while true {
            try await parts.clock.sleep(for: .seconds(1))
            let (second, shards) = state.withLock { state in
                state.second += 1
                return (state.second, Array(state.shards.values))
            }
            for shard in shards { shard.eventLoop.execute { shard.value.second(second) } }
        }
    }

    // MARK: Events

    private func follow(_ tap: Tap) async {
        var batch: [AnyEnvelope] = []
        var missed: UInt64 = 0
        while await tap.next(&batch) {
            let dropped = tap.statistics.dropped
            if dropped > missed { noteMissed(dropped - missed) }
            missed = dropped
            await pass(batch)
        }
    }

    private func noteMissed(_ count: UInt64) {
        meter.missed(count)
        for shard in shards { shard.eventLoop.execute { shard.value.noteMissed(Int(clamping: count)) } }
    }

    /// Hands a batch out, and first what is missing before one of its durable events.
    private func pass(_ batch: [AnyEnvelope]) async {
        var events: [LiveEvent] = []
        var next = state.withLock { $0.next }
        for envelope in batch {
            if let offset = envelope.header.offset {
                guard offset >= next else { continue }
                if offset > next {
                    await handOut(events)
                    events = []
                    await fill(from: next, to: offset)
                }
                next = offset + 1
            }
            events.append(event(envelope))
        }
        await handOut(events)
    }

    /// Hands out the events of the log in a hole.
    ///
    /// It comes about when the tap was full, while the hub did not run, and with events of another daemon whose types are
    /// not known here.
    private func fill(from first: UInt64, to end: UInt64) async {
        var next = first
        if end - first <= LiveHub.repairMax {
            while next < end, let page = await desk.page("", from: next), page.next > next {
                await handOut(page.events.filter { $0.offset < end }.map { LiveEvent($0) })
                next = page.next
            }
        }
        guard next < end else { return }
        let shards = state.withLock { state in
            state.next = max(state.next, end)
            return Array(state.shards.values)
        }
        let from = next
        for shard in shards { shard.eventLoop.execute { shard.value.readAgain(from: from, next: end) } }
    }

    private func handOut(_ events: [LiveEvent]) async {
        guard !events.isEmpty else { return }
        let (shards, second) = state.withLock { state in
            for event in events {
                if let offset = event.header.offset { state.next = max(state.next, offset + 1) }
                if event.header.delivery == .state { _ = state.states.take(event, second: state.second) }
            }
            return (Array(state.shards.values), state.second)
        }
        let written = shards.map { shard in
            shard.eventLoop.flatSubmit { shard.value.publish(events, second: second) }
        }
        for future in written { await LiveHub.settled(future) }
    }

    /// Waits for what cannot fail, except that its event loop has ended: then nobody is left to wait for.
    private static func settled(_ future: EventLoopFuture<Void>) async { _ = try? await future.get() }

    private func event(_ envelope: AnyEnvelope) -> LiveEvent {
        LiveEvent(envelope) { [weak self] topic in self?.encodingFailed(topic) }
    }

    private func encodingFailed(_ topic: Topic) {
        meter.encodingFailed()
        let isNews = state.withLock { $0.failedTopics.insert(topic).inserted }
        if isNews { parts.logger.error("an event does not encode", metadata: ["topic": "\(topic)"]) }
    }

    // MARK: Clients

    /// A place for one more connection.
    ///
    /// - Throws: `APIError` with `.unavailable` when there are too many, or the hub is not running.
    func place(for address: String) throws(APIError) -> LivePlace {
        let (isOpen, refusal) = state.withLock { state in
            (state.isOpen, state.isOpen ? state.census.enter(address) : nil)
        }
        guard isOpen else { throw APIError(.unavailable, "There are no live updates at the moment.") }
        if let refusal {
            meter.refused(refusal)
            throw APIError(
                .unavailable,
                refusal == .total ? "All live connections are taken." : "Too many live connections from one address."
            )
        }
        return LivePlace(address: address) { [weak self] address in
            self?.state.withLock { $0.census.leave(address) }
        }
    }

    /// The shard of an event loop; on that loop.
    func shard(of eventLoop: any EventLoop) -> LiveShard {
        state.withLock { state in
            let key = ObjectIdentifier(eventLoop)
            if let known = state.shards[key] { return known }
            let shard = LiveShard(
                eventLoop,
                settings: settings,
                epoch: parts.log.bus.epoch,
                desk: desk,
                meter: meter,
                next: state.next,
                states: state.states
            )
            let bound = NIOLoopBound(shard, eventLoop: eventLoop)
            state.shards[key] = bound
            return bound
        }.value
    }

    func newIdentity(_ kind: LiveKind, _ place: LivePlace) -> LiveClient.Identity {
        let now = parts.now()
        return LiveClient.Identity(
            id: state.withLock { $0.ids.next(at: now) },
            kind: kind,
            since: now,
            place: place
        )
    }

    private var shards: [NIOLoopBound<LiveShard>] { state.withLock { Array($0.shards.values) } }

    // MARK: For the operator

    /// Every connection, the oldest first.
    package func sessions() async -> [LiveSession] {
        var sessions: [LiveSession] = []
        for shard in shards {
            let some = try? await shard.eventLoop.submit { shard.value.sessions }.get()
            sessions += some ?? []
        }
        return sessions.sorted { $0.sessionID < $1.sessionID }
    }

    /// Sends a text to every client, or to those that follow a group.
    ///
    /// - Returns: to how many.
    package func broadcast(_ text: String, to group: LiveGroup?) async -> Int {
        let time = parts.now()
        var count = 0
        for shard in shards {
            let some = try? await shard.eventLoop.submit {
                shard.value.broadcast(.broadcast(text, at: time), to: group)
            }.get()
            count += some ?? 0
        }
        return count
    }
}
