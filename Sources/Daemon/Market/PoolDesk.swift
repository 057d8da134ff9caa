import Bus
import Domain
import Logging
import Market
import Store
import Telemetry
import Threading

/// Changes who is asked for market data: each change is stored, told and in the audit log before it holds.
///
/// What is stored wins over the configuration, pool by pool; removing a pool of the configuration goes back to it.
final class PoolDesk: Sendable {
    enum Failure: Error {
        case pool(PoolError)
        /// Somebody else changes one at this moment.
        case busy
        case store(StoreError)
    }

    /// Who changes something.
    struct Caller: Sendable {
        let name: String
        /// What the audit log says of it; `nil` where the call itself is audited.
        let role: String?
    }

    static let record = SettingKey<PoolRecord>("market.pools")

    private let feed: MarketFeed
    private let store: any Storage
    private let author: Incarnation
    private let now: @Sendable () -> Timestamp
    private let isChanging = Mutex(false)
    private let logger = Logger(label: "market")

    init(feed: MarketFeed, store: any Storage, author: Incarnation, now: @escaping @Sendable () -> Timestamp) {
        self.feed = feed
        self.store = store
        self.author = author
        self.now = now
    }

    /// What there is, and what it has been.
    var book: PoolBook { feed.book }

    /// Takes over what is stored, also by other daemons of the station.
    func refresh() async throws(StoreError) {
        guard let stored = try await store.setting(PoolDesk.record), stored != feed.book.record else { return }
        feed.use(stored)
    }

    /// Changes one pool.
    ///
    /// - Parameters:
    ///   - caller: who does.
    ///   - body: changes the book.
    /// - Returns: the change.
    /// - Throws: `Failure`; then nothing has changed.
    @discardableResult
    func change(
        by caller: Caller,
        _ body: (inout PoolBook, MarketSource) throws(PoolError) -> PoolChange
    ) async throws(Failure) -> PoolChange {
        try await alone(orElse: .busy) { () async throws(Failure) in try await changeAlone(by: caller, body) }
    }

    /// Does something while nobody else here changes a pool.
    ///
    /// - Parameters:
    ///   - busy: what is thrown where somebody does.
    ///   - body: does it.
    /// - Returns: what `body` returns.
    /// - Throws: `busy`, or what `body` throws.
    func alone<Value, Problem: Error>(
        orElse busy: Problem,
        _ body: () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let isMine = isChanging.withLock { isChanging in
            defer { isChanging = true }
            return !isChanging
        }
        guard isMine else { throw busy }
        defer { isChanging.withLock { $0 = false } }
        return try await body()
    }

    private func changeAlone(
        by caller: Caller,
        _ body: (inout PoolBook, MarketSource) throws(PoolError) -> PoolChange
    ) async throws(Failure) -> PoolChange {
        do {
            try await refresh()
        } catch {
            throw .store(error)
        }
        var book = feed.book
        let change: PoolChange
        do {
            change = try body(&book, feed.source)
        } catch {
            throw .pool(error)
        }
        book.note(change, by: caller.name, at: now())
        try await commit(book.record, change, by: caller)
        feed.use(book.record)
        logger.notice(
            "a pool of providers was changed",
            metadata: ["pool": "\(change.pool)", "change": "\(change.kind.rawValue)"]
        )
        return change
    }

    private func commit(_ record: PoolRecord, _ change: PoolChange, by caller: Caller) async throws(Failure) {
        let event = ProviderPoolChanged(change, caller: caller.name)
        let activity = caller.role.map { role in
            Activity(
                time: now(),
                caller: caller.name,
                role: role,
                action: "market.pool.\(change.kind.rawValue)",
                target: change.pool,
                outcome: "done",
                detail: change.provider.map { "{\"provider\":\"\($0)\"}" }
            )
        }
        do {
            _ = try await store.commit(by: author) { transaction in
                try transaction.set(PoolDesk.record, to: record)
                try transaction.append(event)
                if let activity { try transaction.record(activity) }
            }
        } catch {
            throw .store(error as? StoreError ?? StoreError(.failed, PoolDesk.record.name, detail: "\(error)"))
        }
    }
}

extension ProviderPoolChanged {
    init(_ change: PoolChange, caller: String) {
        self.init(
            pool: change.pool,
            category: change.category.rawValue,
            change: change.kind.rawValue,
            provider: change.provider,
            from: change.from,
            to: change.to,
            reason: change.reason,
            caller: caller
        )
    }
}

extension PoolError: CustomStringConvertible {
    /// In a sentence, for whoever has asked.
    package var description: String {
        switch self {
        case .noSuchPool(let id): "There is no pool \"\(id)\"."
        case .exists(let id): "There is a pool \"\(id)\" already."
        case .badName(let problem): "The name \(problem)."
        case .noSuchProvider(let name, let able):
            "\"\(name)\" tells nothing of this kind; "
                + (able.isEmpty ? "nobody does so far." : "there are \(able.joined(separator: ", ")).")
        case .noSuchMember(let name): "\"\(name)\" is no member of the pool."
        case .isMember(let name): "\"\(name)\" is a member with these figures already."
        case .isConfigured(let id): "The pool \"\(id)\" is as the configuration has it, and cannot be removed here."
        case .nobodyElse(let id): "The pool \"\(id)\" has no other member that can be asked now."
        case .tooMany: "There are as many as there may be."
        }
    }
}
