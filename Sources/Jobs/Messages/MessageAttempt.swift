import Logging
import Store

/// One message in the hands of a consumer, from its reading to its end.
struct MessageAttempt {
    private let message: Message
    private let consumer: MessageConsumer
    /// Ends when the handler has to.
    private let ending: AsyncStream<Never>
    private var policy: ConsumerPolicy { consumer.policy }

    init(_ message: Message, of consumer: MessageConsumer, ending: AsyncStream<Never>) {
        self.message = message
        self.consumer = consumer
        self.ending = ending
    }

    /// - Returns: what became of the message.
    func run() async -> ConsumerPolicy.Action {
        let action: ConsumerPolicy.Action
        switch policy.step(for: message) {
        case .bury(let reason): action = .bury(reason: reason)
        case .handle: action = policy.action(after: await handling(), readCount: message.readCount)
        }
        return await settle(action)
    }

    // MARK: Handling

    private enum Happening {
        case handled(ConsumerPolicy.Ending)
        case lost
        case mustEnd
    }

    private func handling() async -> ConsumerPolicy.Ending {
        await withTaskGroup(of: Happening.self) { group in
            // The work, beside it the sign of life that keeps the message, and the order to end.
            group.addTask { .handled(await handle()) }
            group.addTask { await beat() }
            group.addTask {
                for await _ in ending {}
                return .mustEnd
            }
            var result = ConsumerPolicy.Ending.stopped
            var isLost = false
            for await happening in group {
                switch happening {
                case .handled(let ending): result = ending
                case .lost: isLost = true
                case .mustEnd: break
                }
                // Whichever comes first ends the others.
                group.cancelAll()
            }
            return isLost ? .lost : result
        }
    }

    private func handle() async -> ConsumerPolicy.Ending {
        do {
            try await consumer.handle(message)
            return .succeeded
        } catch {
            return ConsumerPolicy.Ending(error, isCancelled: Task.isCancelled)
        }
    }

    /// Keeps the message hidden until it is cancelled or the message is lost.
    private func beat() async -> Happening {
        var missed = 0
        while true {
            do {
                try await consumer.clock.sleep(for: policy.heartbeatInterval)
            } catch {
                return .mustEnd
            }
            do throws(StoreError) {
                let isOurs = try await consumer.queues.keep(
                    message,
                    in: consumer.queue,
                    seconds: policy.visibilitySeconds
                )
                guard isOurs else { return .lost }
                missed = 0
            } catch {
                guard error.disposition != .stop else { return .mustEnd }
                missed += 1
                log("Cannot keep a message hidden", error)
                if policy.isLost(afterMissedBeats: missed) { return .lost }
            }
        }
    }

    // MARK: Settling

    private static let settlingTriesMax = 3

    /// Records the end; what cannot be recorded is read again by somebody.
    private func settle(_ action: ConsumerPolicy.Action) async -> ConsumerPolicy.Action {
        for tries in 1...MessageAttempt.settlingTriesMax {
            do throws(StoreError) {
                return try await perform(action) ? action : .nothing
            } catch {
                guard error.disposition == .retry, tries < MessageAttempt.settlingTriesMax else {
                    if error.disposition != .stop { log("Cannot record the end of a message", error) }
                    return .nothing
                }
                do {
                    try await consumer.clock.sleep(for: policy.emptyPoll)
                } catch {
                    return .nothing
                }
            }
        }
        return .nothing
    }

    private func perform(_ action: ConsumerPolicy.Action) async throws(StoreError) -> Bool {
        let (queues, queue) = (consumer.queues, consumer.queue)
        switch action {
        case .finish: return try await queues.finish(message, in: queue)
        case .retry(let seconds): return try await queues.keep(message, in: queue, seconds: seconds)
        case .giveBack(let seconds):
            return try await queues.keep(message, in: queue, seconds: seconds, takingReadBack: true)
        case .bury(let reason):
            log("A message became a dead letter", reason)
            return try await queues.bury(message, in: queue, reason: reason)
        case .nothing: return false
        }
    }

    private func log(_ text: Logger.Message, _ error: some CustomStringConvertible) {
        consumer.logger.warning(text, metadata: ["msg_id": "\(message.id)", "error": "\(error)"])
    }
}
