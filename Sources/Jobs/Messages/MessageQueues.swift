import Bus
package import Store

/// Queues of JSON messages that outside programs use too: the calls of pgmq, on either engine.
///
/// On PostgreSQL these are the SQL functions in the schema `cmq`, so a message sent here can be read by any program and the
/// other way round. Reading hides a message for a while and counts; a message that is neither deleted nor archived in
/// that time is read again. Unlike jobs they know no states, priorities or results.
package struct MessageQueues: Sendable {
    /// The most messages in one batch.
    package static let batchCountMax = 1000
    /// The longest time a message is delayed or hidden.
    package static let secondsMax = 30 * 86_400

    package let store: any Storage
    private let author = Incarnation(of: "messages")

    package init(store: any Storage) { self.store = store }

    // MARK: Queues

    /// Makes a queue; one that is there already stays as it is.
    package func create(_ queue: QueueName) async throws(StoreError) {
        try await store.run(MessageStatements.create, [.text(queue.text)])
    }

    /// Removes a queue with its messages and its archive.
    ///
    /// - Returns: whether it was there.
    @discardableResult
    package func drop(_ queue: QueueName) async throws(StoreError) -> Bool {
        try await !store.run(MessageStatements.drop, [.text(queue.text)]).isEmpty
    }

    package func list() async throws(StoreError) -> [String] {
        try await store.query(MessageStatements.list).compactMap { $0[0].text }
    }

    /// - Throws: `StoreError` with `.unknownQueue`.
    package func metrics(_ queue: QueueName) async throws(StoreError) -> MessageQueueMetrics {
        guard let row = try await store.query(MessageStatements.metrics, [.text(queue.text)]).first else {
            throw StoreError(.unknownQueue, queue.text)
        }
        return MessageQueueMetrics(row: row)
    }

    package func metrics() async throws(StoreError) -> [MessageQueueMetrics] {
        try await store.query(MessageStatements.metrics, [.null]).map(MessageQueueMetrics.init(row:))
    }

    /// Deletes every message; the archive stays.
    ///
    /// - Returns: how many there were.
    @discardableResult
    package func purge(_ queue: QueueName) async throws(StoreError) -> Int {
        try await calling(queue) { () async throws(StoreError) in
            guard store.dialect == .sqlite else {
                return try await store.run(MessageStatements.purge, [.text(queue.text)]).first?[0].int ?? 0
            }
            return try await writing { try $0.execute(MessageStatements.purge, [.text(queue.text)]) }
        } isEmpty: {
            $0 == 0
        }
    }

    // MARK: Sending

    /// Sends one message.
    ///
    /// - Returns: its id.
    /// - Throws: `StoreError`: `.unknownQueue`, `.tooLarge`, `.constraint` or `.failed` for what is not JSON, and as `StatementRunner.run`.
    @discardableResult
    package func send(
        _ message: OutgoingMessage,
        to queue: QueueName,
        delaySeconds: Int = 0
    ) async throws(StoreError) -> Int64 {
        let arguments = try MessageQueues.arguments(message, queue, delaySeconds)
        let rows = try await calling(queue) { () async throws(StoreError) in
            try await store.run(MessageStatements.send, arguments)
        } isEmpty: {
            $0.isEmpty
        }
        guard let id = rows.first?[0].integer else { throw StoreError(.unknownQueue, queue.text) }
        announce(queue)
        return id
    }

    /// Sends several messages, all or none; they keep their order.
    ///
    /// - Throws: as `send` of one; `.tooLarge` beyond `batchCountMax`.
    @discardableResult
    package func send(
        contentsOf messages: [OutgoingMessage],
        to queue: QueueName,
        delaySeconds: Int = 0
    ) async throws(StoreError) -> [Int64] {
        guard messages.count <= MessageQueues.batchCountMax else {
            throw StoreError(.tooLarge, "\(messages.count) messages")
        }
        var each: [[SQLValue]] = []
        for message in messages { each.append(try MessageQueues.arguments(message, queue, delaySeconds)) }
        let arguments = each
        let ids = try await calling(queue) { () async throws(StoreError) -> [Int64] in
            guard store.dialect == .sqlite else { return try await sendBatch(messages, queue, delaySeconds) }
            return try await writing { transaction in
                try arguments.flatMap { try transaction.rows(MessageStatements.send, $0) }.compactMap { $0[0].integer }
            }
        } isEmpty: {
            $0.isEmpty
        }
        announce(queue)
        return ids
    }

    private func sendBatch(
        _ messages: [OutgoingMessage],
        _ queue: QueueName,
        _ delaySeconds: Int
    ) async throws(StoreError) -> [Int64] {
        let bodies = "[\(messages.map(\.body).joined(separator: ","))]"
        let headers = "[\(messages.map { $0.headers ?? "null" }.joined(separator: ","))]"
        return try await store.run(
            SQL(stringLiteral: MessageStatements.sendBatch),
            [.text(queue.text), .text(bodies), .text(headers), SQLValue(delaySeconds)]
        ).compactMap { $0[0].integer }
    }

    static func arguments(
        _ message: OutgoingMessage,
        _ queue: QueueName,
        _ delaySeconds: Int
    ) throws(StoreError) -> [SQLValue] {
        guard message.body.utf8.count <= OutgoingMessage.bodyBytesMax else {
            throw StoreError(.tooLarge, "message of \(message.body.utf8.count) bytes")
        }
        return [
            .text(queue.text), .text(message.body), SQLValue(message.headers), seconds(delaySeconds),
        ]
    }

    /// Tells this program's readers that a message may be there; PostgreSQL's functions do it themselves.
    func announce(_ queue: QueueName) {
        if store.dialect == .sqlite { store.post(MessageQueues.notice(queue)) }
    }

    static func notice(_ queue: QueueName) -> String { "messages/\(queue.text)" }

    // MARK: Taking

    /// Takes messages, longest visible first, and hides them.
    ///
    /// - Parameters:
    ///   - queue: from where.
    ///   - visibilitySeconds: for how long nobody else can read them.
    ///   - limit: the most, up to `batchCountMax`.
    /// - Returns: the messages, by id; none when there is nothing to read.
    /// - Throws: `StoreError`: `.unknownQueue`, and as `StatementRunner.run`.
    package func read(
        _ queue: QueueName,
        visibilitySeconds: Int,
        limit: Int = 1
    ) async throws(StoreError) -> [Message] {
        try await take(
            MessageStatements.read,
            queue,
            [MessageQueues.seconds(visibilitySeconds), MessageQueues.count(limit)]
        )
    }

    /// Takes messages and deletes them at once: what happens to them afterwards is lost with the reader.
    package func pop(_ queue: QueueName, limit: Int = 1) async throws(StoreError) -> [Message] {
        try await take(MessageStatements.pop, queue, [MessageQueues.count(limit)])
    }

    private func take(
        _ statement: SQL,
        _ queue: QueueName,
        _ arguments: [SQLValue]
    ) async throws(StoreError) -> [Message] {
        try await calling(queue) { () async throws(StoreError) in
            try await store.run(statement, [.text(queue.text)] + arguments).map(Message.init(row:)).sorted {
                $0.id < $1.id
            }
        } isEmpty: {
            $0.isEmpty
        }
    }

    /// Hides a message for so long from now on; 0 makes it visible at once.
    ///
    /// - Returns: the message as it is now; `nil` when it is not there.
    @discardableResult
    package func setVisibility(
        of id: Int64,
        in queue: QueueName,
        seconds: Int
    ) async throws(StoreError) -> Message? {
        let changed = try await calling(queue) { () async throws(StoreError) in
            try await store.run(
                MessageStatements.setVisibility,
                [.text(queue.text), .integer(id), MessageQueues.seconds(seconds)]
            ).map(Message.init(row:))
        } isEmpty: {
            $0.isEmpty
        }
        if seconds <= 0, !changed.isEmpty { store.post(MessageQueues.notice(queue)) }
        return changed.first
    }

    /// Deletes messages for good.
    ///
    /// - Returns: the ids of those that were there.
    @discardableResult
    package func delete(_ ids: [Int64], from queue: QueueName) async throws(StoreError) -> [Int64] {
        let arguments: [SQLValue] = [.text(queue.text), try MessageQueues.list(ids)]
        return try await calling(queue) { () async throws(StoreError) in
            try await store.run(MessageStatements.delete, arguments).compactMap { $0[0].integer }.sorted()
        } isEmpty: {
            $0.isEmpty
        }
    }

    /// Moves messages into the queue's archive.
    ///
    /// - Returns: the ids of those that were there.
    @discardableResult
    package func archive(_ ids: [Int64], from queue: QueueName) async throws(StoreError) -> [Int64] {
        let arguments: [SQLValue] = [.text(queue.text), try MessageQueues.list(ids)]
        return try await calling(queue) { () async throws(StoreError) -> [Int64] in
            guard store.dialect == .sqlite else {
                return try await store.run(SQL(stringLiteral: MessageStatements.archive), arguments)
                    .compactMap { $0[0].integer }.sorted()
            }
            return try await writing { transaction in
                let moved = try transaction.rows(SQL(stringLiteral: MessageStatements.archiveCopy), arguments)
                try transaction.execute(MessageStatements.delete, arguments)
                return moved.compactMap { $0[0].integer }.sorted()
            }
        } isEmpty: {
            $0.isEmpty
        }
    }

    // MARK: For all calls

    static func seconds(_ seconds: Int) -> SQLValue { SQLValue(min(max(0, seconds), secondsMax)) }

    static func count(_ limit: Int) -> SQLValue { SQLValue(min(max(1, limit), batchCountMax)) }

    static func list(_ ids: [Int64]) throws(StoreError) -> SQLValue {
        guard ids.count <= batchCountMax else { throw StoreError(.tooLarge, "\(ids.count) messages") }
        return .text("[\(ids.map(String.init).joined(separator: ","))]")
    }

    /// Runs a call, and says so when it came to nothing because there is no such queue.
    func calling<Value: Sendable>(
        _ queue: QueueName,
        _ body: () async throws(StoreError) -> Value,
        isEmpty: (Value) -> Bool
    ) async throws(StoreError) -> Value {
        do throws(StoreError) {
            let value = try await body()
            if isEmpty(value) { try await requireQueue(queue) }
            return value
        } catch {
            if error.code == .failed { try await requireQueue(queue) }
            throw error
        }
    }

    private func requireQueue(_ queue: QueueName) async throws(StoreError) {
        guard try await store.query(MessageStatements.exists, [.text(queue.text)]).isEmpty else { return }
        throw StoreError(.unknownQueue, queue.text)
    }

    func writing<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.failed, "messages", detail: "\(error)")
        }
    }
}

extension StoreError.Code {
    /// There is no message queue of this name.
    package static let unknownQueue = Self(name: "unknown queue", disposition: .fail)
}
