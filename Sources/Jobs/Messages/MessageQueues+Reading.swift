package import Store

/// What the reader of a message does with it, under the read count it got.
///
/// A reader that was slower than its visibility has lost the message; whatever it does then changes nothing and answers
/// false, where pgmq's own calls would delete what somebody else is working on.
extension MessageQueues {
    /// Deletes a message that has been dealt with.
    package func finish(_ message: Message, in queue: QueueName) async throws(StoreError) -> Bool {
        try await !store.run(MessageStatements.finish, MessageQueues.receipt(message, queue)).isEmpty
    }

    /// Hides a message for longer, or for a pause before it is tried again.
    package func keep(
        _ message: Message,
        in queue: QueueName,
        seconds: Int,
        takingReadBack isReadTakenBack: Bool = false
    ) async throws(StoreError) -> Bool {
        let arguments = [MessageQueues.seconds(seconds), SQLValue(isReadTakenBack ? 1 : 0)]
        let receipt = MessageQueues.receipt(message, queue)
        return try await !store.run(MessageStatements.keep, receipt + arguments).isEmpty
    }

    /// Gives a message up: into the archive, with the reason among its headers.
    package func bury(_ message: Message, in queue: QueueName, reason: String) async throws(StoreError) -> Bool {
        let receipt = MessageQueues.receipt(message, queue)
        let text = SQLValue.text(String(reason.prefix(500)))
        return try await writing { transaction in
            guard try transaction.execute(MessageStatements.bury, receipt + [text]) > 0 else { return false }
            return try !transaction.rows(MessageStatements.finish, receipt).isEmpty
        }
    }

    private static func receipt(_ message: Message, _ queue: QueueName) -> [SQLValue] {
        [.text(queue.text), .integer(message.id), SQLValue(message.readCount)]
    }

    // MARK: Dead letters

    /// The messages that were given up, by id.
    ///
    /// - Parameters:
    ///   - queue: whose.
    ///   - after: the last id of the page before.
    ///   - limit: the most, up to `batchCountMax`.
    /// - Returns: one page of them.
    /// - Throws: `StoreError`: `.unknownQueue`, and as `StatementRunner.query`.
    package func deadLetters(
        in queue: QueueName,
        after: Int64 = 0,
        limit: Int = 100
    ) async throws(StoreError) -> [DeadLetter] {
        try await calling(queue) { () async throws(StoreError) in
            try await store.query(
                MessageStatements.deadLetters,
                [.text(queue.text), .integer(after), MessageQueues.count(limit)]
            ).map(DeadLetter.init(row:))
        } isEmpty: {
            $0.isEmpty
        }
    }

    /// Puts dead letters back into their queue, as if they had never been read.
    ///
    /// - Returns: the ids of those that were dead letters.
    /// - Throws: `StoreError`: `.unknownQueue`, `.tooLarge`, and as `EventLog.commit`.
    @discardableResult
    package func revive(_ ids: [Int64], in queue: QueueName) async throws(StoreError) -> [Int64] {
        let text = SQLValue.text(queue.text)
        let list = try MessageQueues.list(ids)
        let revived = try await calling(queue) { () async throws(StoreError) in
            try await writing { transaction in
                let revived = try transaction.rows(MessageStatements.revive, [text, list]).compactMap { $0[0].integer }
                try transaction.execute(MessageStatements.forgetArchived, [text, try MessageQueues.list(revived)])
                return revived.sorted()
            }
        } isEmpty: {
            $0.isEmpty
        }
        if !revived.isEmpty { store.post(MessageQueues.notice(queue)) }
        return revived
    }
}

extension Transaction {
    /// Sends a message: it is there if, and only if, this unit commits.
    ///
    /// - Throws: `StoreError` as `MessageQueues.send`.
    @discardableResult
    package mutating func send(
        _ message: OutgoingMessage,
        to queue: QueueName,
        delaySeconds: Int = 0
    ) throws(StoreError) -> Int64 {
        let arguments = try MessageQueues.arguments(message, queue, delaySeconds)
        guard let id = try rows(MessageStatements.send, arguments).first?[0].integer else {
            throw StoreError(.unknownQueue, queue.text)
        }
        return id
    }
}
