internal import BusZeroMQ
import DequeModule

/// The life of one loop over a `Follow`: receives, keeps the order, and repairs.
///
/// Belongs to one iterator, and so to one task at a time.
final class Follower {
    private let follow: Follow
    private let record: FollowRecord
    private var tracker: SequenceTracker
    private var subscriber: ZeroMQSubscriber?
    private var batch = WireBatch()
    private var position = 0
    /// What the tracker wants handed out before anything else is taken from the batch.
    private var ready: Deque<Follow.Element> = []
    private var question: TrackerAction?
    private var statistics = FollowStatistics()
    private var patience: Duration?

    init(_ follow: Follow, record: FollowRecord) {
        self.follow = follow
        self.record = record
        tracker = SequenceTracker(prefix: follow.prefix, since: follow.since)
        // At once, so that nothing published after the loop was made can be missed; a bad address is told by `next`.
        _ = try? connected()
    }

    deinit { publishStatistics() }

    /// The next element if it is here already.
    func takeReady() -> Follow.Element? {
        if let element = handOut() { return element }
        while question == nil, position < batch.count {
            let message = batch[position]
            position += 1
            guard let event = Event(topic: message.topic, header: message.header, payload: message.payload) else {
                statistics.malformed += 1
                continue
            }
            if tracker.takeInOrder(event) {
                statistics.events += 1
                return .event(event)
            }
            perform(tracker.feed(event))
            if let element = handOut() { return element }
        }
        return nil
    }

    private func handOut() -> Follow.Element? {
        guard let element = ready.popFirst() else { return nil }
        switch element {
        case .event(let event):
            statistics.events += 1
            if event.isRepaired { statistics.repaired += 1 }
        case .lost(let loss) where loss.delivery == .durable: statistics.lostDurable += loss.count
        case .lost(let loss): statistics.lostData += loss.count
        }
        return element
    }

    func next(isolation actor: isolated (any Actor)?) async throws -> Follow.Element? {
        while true {
            if let element = takeReady() { return element }
            publishStatistics()
            if let asked = question {
                guard let answer = try await answer(asked, isolation: actor) else { return nil }
                question = nil
                perform(answer)
            } else if try await !receive(isolation: actor) {
                return nil
            }
        }
    }

    // MARK: Receiving

    /// Fills the batch; makes the connection anew when it has been silent for too long.
    ///
    /// - Returns: `false` when the task is cancelled.
    private func receive(isolation actor: isolated (any Actor)?) async throws -> Bool {
        let subscriber = try connected()
        let limit = patience ?? .seconds(3 * tracker.heartbeatSeconds)
        switch await Follower.nextBatch(subscriber, within: limit) {
        case .batch(let received):
            batch = received
            position = 0
            patience = nil
        case .silence:
            self.subscriber = nil
            patience = min(limit * 2, .seconds(30))
        case .end:
            return false
        }
        return true
    }

    private func connected() throws(ClientError) -> ZeroMQSubscriber {
        if let subscriber { return subscriber }
        do {
            // The heartbeat first: once the prefix's welcome is here, no heartbeat can be missing.
            let prefixes = ["system.heartbeat.", Follower.goodbyes, follow.prefix]
            let new = try ZeroMQSubscriber(follow.client.place.events, prefixes: prefixes, config: follow.client.config)
            subscriber = new
            return new
        } catch {
            throw ClientError(error, address: follow.client.place.events)
        }
    }

    private static let goodbyes = "system.goodbye."

    private enum Outcome: Sendable {
        case batch(WireBatch)
        case silence
        case end
    }

    private static func nextBatch(_ subscriber: ZeroMQSubscriber, within limit: Duration) async -> Outcome {
        await withTaskGroup(of: Outcome?.self) { group in
            // What comes against the time in which something has to come.
            group.addTask {
                var batch = WireBatch()
                return await subscriber.next(&batch) ? .batch(batch) : nil
            }
            group.addTask {
                do {
                    try await ContinuousClock().sleep(for: limit)
                    return .silence
                } catch {
                    return nil
                }
            }
            // A batch that arrives together with the end of the time limit must not be dropped.
            var outcome = await group.next() ?? nil
            group.cancelAll()
            for await late in group {
                if case .batch = late { outcome = late }
            }
            return outcome ?? .end
        }
    }

    // MARK: Doing what the tracker says

    private func perform(_ actions: [TrackerAction]) {
        for action in actions {
            switch action {
            case .deliver(let event): ready.append(.event(event))
            case .lost(let loss): ready.append(.lost(loss))
            case .resubscribe(let prefix):
                // Twice in, once out: the second subscription alone travels to the station and is welcomed.
                subscriber?.subscribe(prefix)
                subscriber?.unsubscribe(prefix)
            case .answerGoodbye:
                subscriber?.unsubscribe(Follower.goodbyes)
            case .expectGoodbye:
                subscriber?.subscribe(Follower.goodbyes)
            case .replay, .snapshot:
                question = action
            }
        }
    }

    private func publishStatistics() {
        statistics.duplicates = tracker.duplicates
        statistics.epochs = tracker.epochs
        statistics.position = tracker.floor
        // What is still to be handed out does not count.
        for case .event(let event) in ready {
            if let offset = event.offset, let known = statistics.position, offset <= known {
                statistics.position = offset - 1
            }
        }
        record.statistics = statistics
    }

    // MARK: Repairing

    /// Asks the station for what is missing; tries again while it is away.
    ///
    /// - Returns: `nil` when the task is cancelled.
    private func answer(
        _ question: TrackerAction,
        isolation actor: isolated (any Actor)?
    ) async throws -> [TrackerAction]? {
        let deadline = ContinuousClock.now + follow.repairTimeout
        var delay = Duration.milliseconds(100)
        while true {
            do {
                return try await ask(question, isolation: actor)
            } catch let error as ClientError {
                if !Follower.isPassing(error) || ContinuousClock.now >= deadline {
                    return tracker.failed(error.message)
                }
            } catch is CancellationError {
                return nil
            }
            do {
                try await ContinuousClock().sleep(for: delay)
            } catch {
                return nil
            }
            delay = min(delay * 2, .seconds(2))
        }
    }

    private func ask(_ question: TrackerAction, isolation actor: isolated (any Actor)?) async throws -> [TrackerAction]
    {
        let client = follow.client
        switch question {
        case .replay(let prefix, let from, let through):
            let limit = Int(min(1000, through - from + 1))
            do {
                let page = try await client.replay(prefix, from: from, limit: limit, timeout: .seconds(2))
                return tracker.replayed(page)
            } catch let error as ClientError {
                guard error.refusal?.code == Refusal.agedOut, let oldest = error.refusal?.oldest else { throw error }
                return tracker.agedOut(oldest: oldest)
            }
        case .snapshot(let prefix):
            return tracker.snapshotted(try await client.snapshot(prefix, timeout: .seconds(2)))
        case .deliver, .lost, .resubscribe, .answerGoodbye, .expectGoodbye:
            return []
        }
    }

    /// Whether asking again later may help.
    private static func isPassing(_ error: ClientError) -> Bool {
        switch error.code {
        case .unavailable, .timedOut: true
        case .refused: [Refusal.busy, Refusal.unavailable].contains(error.refusal?.code)
        case .protocolViolation, .badSetting, .closed: false
        }
    }
}
