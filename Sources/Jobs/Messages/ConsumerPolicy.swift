/// How a queue's messages are treated: pure decisions.
package struct ConsumerPolicy: Hashable, Sendable {
    /// How long a message stays hidden unless its handler is still at work.
    package var visibilitySeconds = 30
    /// How often the message of a working handler is hidden anew.
    package var heartbeatInterval: Duration = .seconds(10)
    /// How often an empty queue is looked at; a notice makes it sooner.
    package var emptyPoll: Duration = .seconds(1)
    /// How long a message waits after a failure.
    package var retrySeconds = 5
    /// How often a message is tried before it becomes a dead letter.
    package var attemptsMax = 3
    /// How many messages are handled at the same time.
    package var concurrencyMax = 5
    /// How long handlers may go on once the consumer is told to stop.
    package var stopGrace: Duration = .seconds(10)

    package init() {}

    // MARK: Before handling

    package enum Step: Hashable, Sendable {
        case handle
        case bury(reason: String)
    }

    /// What to do with a message that has just been read.
    package func step(for message: Message) -> Step {
        // The database has checked that it is JSON, so the first character tells what kind.
        guard message.body.first(where: { !$0.isWhitespace }) == "{" else {
            return .bury(reason: "the body is not a JSON object")
        }
        // Whoever had it the last time ended without a word, such as by a crash.
        guard message.readCount <= attemptsMax else {
            return .bury(reason: "no attempt of \(attemptsMax) came to an end")
        }
        return .handle
    }

    // MARK: After handling

    /// How a handler ended.
    package enum Ending: Hashable, Sendable {
        case succeeded
        case failed(String)
        /// Would fail again.
        case refused(String)
        /// The far side asked to wait.
        case throttled(seconds: Int)
        /// Told to stop before it was done.
        case stopped
        /// Somebody else may have the message by now.
        case lost
    }

    package enum Action: Hashable, Sendable {
        case finish
        case retry(afterSeconds: Int)
        /// As if it had not been read.
        case giveBack(afterSeconds: Int)
        case bury(reason: String)
        case nothing
    }

    /// - Parameters:
    ///   - ending: how the handler ended.
    ///   - readCount: the message's.
    /// - Returns: what becomes of the message.
    package func action(after ending: Ending, readCount: Int) -> Action {
        switch ending {
        case .succeeded: .finish
        case .failed(let message): readCount < attemptsMax ? .retry(afterSeconds: retrySeconds) : .bury(reason: message)
        case .refused(let message): .bury(reason: message)
        case .throttled(let seconds): .giveBack(afterSeconds: seconds)
        case .stopped: .giveBack(afterSeconds: 0)
        case .lost: .nothing
        }
    }

    // MARK: Heartbeats

    /// Whether a message may have become visible after so many heartbeats that did not get through.
    package func isLost(afterMissedBeats count: Int) -> Bool {
        heartbeatInterval * (count + 1) >= .seconds(visibilitySeconds)
    }
}

extension ConsumerPolicy.Ending {
    /// How a handler ended that threw this.
    ///
    /// - Parameters:
    ///   - error: what it threw.
    ///   - isCancelled: whether it had been told to end.
    package init(_ error: any Error, isCancelled: Bool) {
        switch (error as? JobError)?.kind {
        case .permanent: self = .refused("\(error)")
        case .throttled(let delay): self = .throttled(seconds: Int(max(0, delay.components.seconds)))
        case .transient: self = .failed("\(error)")
        case nil: self = isCancelled ? .stopped : .failed("\(error)")
        }
    }
}
