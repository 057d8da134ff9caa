import API
import Bus
import Domain
import Identity
import Market
import Store

/// The pools over HTTP.
struct PoolDoors: Sendable {
    let desk: PoolDesk
    let feed: MarketFeed
    let now: @Sendable () -> Timestamp

    var routes: PoolRoutes {
        PoolRoutes(
            PoolRoutes.Doors(
                pools: { pools },
                history: { history },
                change: { (wish, principal) async throws(APIError) in try await change(wish, by: principal) }
            )
        )
    }

    var pools: [PoolAnswer] {
        let (book, source, now) = (feed.book, feed.source, now())
        let statuses = Dictionary(source.standings.map { ($0.name, $0.status(at: now)) }) { first, _ in first }
        return book.pools.map { pool in
            PoolAnswer(
                id: pool.id,
                name: pool.name,
                category: pool.category,
                strategy: pool.strategy,
                origin: PoolAnswer.Origin(book.origin(of: pool.id)),
                members: pool.members.map { member in
                    PoolAnswer.Member(
                        provider: member.provider,
                        priority: member.priority,
                        weight: member.weight,
                        status: MarketProviderAnswer.Status(statuses[member.provider] ?? .unavailable)
                    )
                },
                order: source.order(ofPool: pool.id),
                steppedBack: pool.steppedBack
            )
        }
    }

    private var history: PoolHistoryAnswer {
        PoolHistoryAnswer(
            feed.book.record.history.map { entry in
                PoolHistoryAnswer.Entry(
                    at: entry.at,
                    caller: entry.caller,
                    pool: entry.change.pool,
                    change: PoolHistoryAnswer.Change(entry.change.kind),
                    provider: entry.change.provider,
                    from: entry.change.from,
                    to: entry.change.to,
                    reason: entry.change.reason
                )
            }
        )
    }

    private func change(_ wish: PoolWish, by principal: Principal) async throws(APIError) -> String {
        let caller = PoolDesk.Caller(name: principal.email, role: principal.role.rawValue)
        do throws(PoolDesk.Failure) {
            return try await desk.change(by: caller) { book, source throws(PoolError) in
                try book.fulfil(wish, source)
            }.pool
        } catch {
            throw APIError(error)
        }
    }
}

extension PoolBook {
    fileprivate mutating func fulfil(_ wish: PoolWish, _ source: MarketSource) throws(PoolError) -> PoolChange {
        switch wish {
        case .create(let name, let category, let strategy):
            try create(name: name, category: category, strategy: strategy)
        case .remove(let id): try remove(id)
        case .addMember(let provider, let id, let priority, let weight):
            try add(
                PoolMember(
                    provider,
                    priority: priority ?? PoolMember.usualPriority,
                    weight: weight ?? PoolMember.usualWeight
                ),
                to: id,
                of: source.providers
            )
        case .removeMember(let provider, let id): try removeMember(provider, from: id)
        case .rotate(let id, let reason): try rotate(id, from: source.order(ofPool: id), reason: reason)
        }
    }
}

extension APIError {
    fileprivate init(_ failure: PoolDesk.Failure) {
        switch failure {
        case .busy: self.init(.conflict, "Another change of the pools is under way; try again.")
        case .store(let error): self.init(error)
        case .pool(let error):
            switch error {
            case .noSuchPool, .noSuchMember: self.init(.notFound, error.description)
            case .exists, .isMember, .isConfigured, .nobodyElse, .tooMany: self.init(.conflict, error.description)
            case .badName(let problem): self.init(faults: [InputFault(field: "name", message: problem)])
            case .noSuchProvider: self.init(faults: [InputFault(field: "provider", message: error.description)])
            }
        }
    }
}

// The names outside are fixed, whatever those inside are called one day.

extension PoolAnswer.Origin {
    fileprivate init(_ origin: PoolBook.Origin) {
        self =
            switch origin {
            case .configuration: .configuration
            case .changed: .changed
            case .created: .created
            }
    }
}

extension PoolHistoryAnswer.Change {
    fileprivate init(_ kind: PoolChange.Kind) {
        self =
            switch kind {
            case .created: .created
            case .deleted: .deleted
            case .reset: .reset
            case .memberAdded: .memberAdded
            case .memberRemoved: .memberRemoved
            case .rotated: .rotated
            }
    }
}
