package import Bus
import Domain
package import Store
import Threading

/// Keeps what webhooks say, each delivery once, and tells the station of it in the same transaction.
package final class WebhookInbox: Sendable {
    /// How long deliveries are kept, and so how long a repetition is known as one.
    package static let keptFor = Duration.seconds(30 * 86_400)

    private let store: any Storage
    private let author: Incarnation
    private let ids = Mutex(UUIDv7Generator())

    /// - Parameters:
    ///   - store: where they are kept.
    ///   - author: who tells of them.
    package init(store: any Storage, author: Incarnation) {
        self.store = store
        self.author = author
    }

    /// A delivery that is kept.
    package struct Delivery: Hashable, Sendable {
        package let id: UUIDv7
        package let source: String
        package let delivery: String
        package let body: String
        package let receivedAt: Timestamp
    }

    /// - Returns: the id under which it is kept, and whether it is new; returns when it is on the disk.
    /// - Throws: `StoreError`.
    func take(source: String, delivery: String, body: String) async throws -> (id: UUIDv7, isNew: Bool) {
        let id = ids.withLock { $0.next(at: .now) }
        return try await store.commit(by: author) { transaction in
            let now = transaction.now
            let isNew = try transaction.execute(
                WebhookSQL.insert,
                [SQLValue(id), .text(source), .text(delivery), .text(body), SQLValue(now)]
            )
            guard isNew == 1 else {
                let known = try transaction.rows(WebhookSQL.find, [.text(source), .text(delivery)]).first?[0].id
                return (known ?? id, false)
            }
            // A few at a time, so that no delivery waits for the many before it.
            try transaction.execute(WebhookSQL.prune, [SQLValue(now.advanced(by: .zero - Self.keptFor)), SQLValue(20)])
            try transaction.append(WebhookReceived(id: id, source: source, delivery: delivery))
            return (id, true)
        }.value
    }

    /// - Throws: `StoreError`.
    package func delivery(_ id: UUIDv7) async throws(StoreError) -> Delivery? {
        try await store.query(WebhookSQL.byID, [SQLValue(id)]).first.flatMap(Delivery.init)
    }

    /// The newest first.
    ///
    /// - Throws: `StoreError`.
    package func deliveries(of source: String?, limit: Int) async throws(StoreError) -> [Delivery] {
        try await store.query(WebhookSQL.list, [SQLValue(source), SQLValue(limit)]).compactMap(Delivery.init)
    }
}

extension WebhookInbox.Delivery {
    fileprivate init?(_ row: SQLRow) {
        guard let id = row[0].id, let source = row[1].text, let delivery = row[2].text, let body = row[3].text,
            let time = row[4].time
        else { return nil }
        self.init(id: id, source: source, delivery: delivery, body: body, receivedAt: time)
    }
}

private enum WebhookSQL {
    static let insert: SQL = """
        INSERT INTO webhook_delivery (id, source, delivery, body, received_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (source, delivery) DO NOTHING
        """
    static let find: SQL = "SELECT id FROM webhook_delivery WHERE source = ?1 AND delivery = ?2"
    static let byID: SQL = "SELECT id, source, delivery, body, received_at FROM webhook_delivery WHERE id = ?1"
    static let list = SQL(
        sqlite: """
            SELECT id, source, delivery, body, received_at FROM webhook_delivery WHERE source = ?1 OR ?1 IS NULL
            ORDER BY received_at DESC, id DESC LIMIT ?2
            """,
        postgres: """
            SELECT id, source, delivery, body, received_at FROM webhook_delivery
            WHERE source = $1::text OR $1::text IS NULL ORDER BY received_at DESC, id DESC LIMIT $2
            """
    )
    static let prune: SQL = """
        DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery WHERE received_at < ?1 LIMIT ?2)
        """
}
