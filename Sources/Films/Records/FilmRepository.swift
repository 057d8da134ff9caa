package import Bus
import Domain
import FoundationEssentials
package import Store
import Threading

/// The films that were ordered, over the store of either engine.
///
/// Whatever becomes of a film is written together with the event that tells it.
package final class FilmRepository: Sendable {
    let store: any Storage
    let now: @Sendable () -> Timestamp
    private let ids = Mutex(UUIDv7Generator())
    private let author = Incarnation(of: "films")

    /// - Parameters:
    ///   - store: where they are kept.
    ///   - now: what time it is.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    // MARK: Ordering

    /// Who orders a film, and how a second order is known to be the same.
    package struct Order: Hashable, Sendable {
        package let owner: UUIDv7?
        /// The owner's own word for the order.
        package let key: String?
        package let credits: Int64

        package init(owner: UUIDv7?, key: String?, credits: Int64) {
            self.owner = owner
            self.key = key
            self.credits = credits
        }
    }

    package struct Added: Hashable, Sendable {
        package let film: FilmRecord
        /// False when the order had come before.
        package let isNew: Bool
    }

    /// Writes an order down; the same owner's same key gives the same film.
    ///
    /// - Parameters:
    ///   - script: what is to be in it.
    ///   - order: whose it is.
    ///   - openMax: how many unfinished films one owner may have.
    ///   - begin: called in the same transaction, to have it made.
    /// - Returns: the film.
    /// - Throws: `FilmError`: `.keyUsed`, `.tooMany`, `.store`.
    package func add(
        _ script: FilmScript,
        _ order: Order,
        openMax: Int,
        begin: @escaping @Sendable (inout Transaction, FilmRecord) throws -> Void
    ) async throws(FilmError) -> Added {
        let encoded: String
        do {
            // One script, one text: keys in their order.
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoded = String(decoding: try encoder.encode(script), as: UTF8.self)
        } catch {
            throw .store(StoreError(.unpublishable, "film", detail: "\(error)"))
        }
        var hash = SHA256()
        hash.update(Array(encoded.utf8))
        let (digest, id) = (hash.hexadecimal(), ids.withLock { $0.next(at: now()) })
        return try await commit { [now] transaction in
            if let owner = order.owner, let key = order.key,
                let row = try transaction.rows(FilmSQL.byKey, [SQLValue(owner), .text(key)]).first
            {
                guard row[1].text == digest else { throw FilmError.keyUsed }
                guard let film = try transaction.rows(FilmSQL.byID, [row[0]]).first.flatMap({ FilmRecord($0) }) else {
                    throw Self.corrupt
                }
                return Added(film: film, isNew: false)
            }
            let open = try transaction.rows(FilmSQL.openCount, [SQLValue(order.owner)]).first?.first?.int ?? 0
            guard open < openMax else { throw FilmError.tooMany(open) }
            try transaction.execute(
                FilmSQL.insert,
                [
                    SQLValue(id), SQLValue(order.owner), SQLValue(order.key), .text(digest), .text(encoded),
                    .text(script.title), .text(script.form.rawValue), SQLValue(script.scenes.count),
                    .integer(order.credits), SQLValue(now()),
                ]
            )
            guard let film = try transaction.rows(FilmSQL.byID, [SQLValue(id)]).first.flatMap({ FilmRecord($0) }) else {
                throw Self.corrupt
            }
            try transaction.append(
                RenderQueued(render: id, owner: order.owner, title: script.title, scenes: script.scenes.count)
            )
            try begin(&transaction, film)
            return Added(film: film, isNew: true)
        }
    }

    // MARK: Reading

    package func film(_ id: UUIDv7) async throws(FilmError) -> FilmRecord? {
        guard let row = try await query(FilmSQL.byID, [SQLValue(id)]).first else { return nil }
        guard let film = FilmRecord(row) else { throw Self.corrupt }
        return film
    }

    /// What was ordered.
    ///
    /// - Throws: `FilmError`: `.notFound`, `.store`.
    package func script(of id: UUIDv7) async throws(FilmError) -> FilmScript {
        guard let text = try await query(FilmSQL.script, [SQLValue(id)]).first?.first?.text else { throw .notFound }
        do {
            return try EventCodec.decode(FilmScript.self, from: text.utf8)
        } catch {
            throw Self.corrupt
        }
    }

    /// Films, the newest first.
    ///
    /// - Parameters:
    ///   - owner: only this one's; `nil` for everybody's.
    ///   - state: only those in it.
    ///   - place: only those older than this one.
    ///   - limit: 1 to 200.
    /// - Returns: a page.
    /// - Throws: `FilmError`.
    package func page(
        of owner: UUIDv7? = nil,
        in state: FilmState? = nil,
        before place: UUIDv7? = nil,
        limit: Int
    ) async throws(FilmError) -> FilmPage {
        guard (1...200).contains(limit) else {
            throw .badInput(field: "limit", problem: "\(limit) is not from 1 to 200")
        }
        var arguments = [SQLValue(limit + 1)]
        if let owner { arguments.append(SQLValue(owner)) }
        if let state { arguments.append(.text(state.rawValue)) }
        if let place { arguments.append(SQLValue(place)) }
        let statement = FilmSQL.page(hasOwner: owner != nil, hasState: state != nil, hasPlace: place != nil)
        var films: [FilmRecord] = []
        for row in try await query(statement, arguments) {
            guard let film = FilmRecord(row) else { throw Self.corrupt }
            films.append(film)
        }
        let page = Array(films.prefix(limit))
        return FilmPage(films: page, next: films.count > limit ? page.last?.id : nil)
    }

    // MARK: The store

    static let corrupt = FilmError.store(StoreError(.corrupt, "film"))

    func query(_ statement: SQL, _ arguments: [SQLValue]) async throws(FilmError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.query(statement, arguments)
        } catch {
            throw .store(error)
        }
    }

    func run(_ statement: SQL, _ arguments: [SQLValue]) async throws(FilmError) -> Int {
        try await commit { transaction in try transaction.execute(statement, arguments) }
    }

    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(FilmError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch let error as FilmError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .store(StoreError(.failed, "film", detail: "\(error)"))
        }
    }
}
