import Actors
import Bus
import BusZeroMQ
import Domain
import JSON
import Market

/// `market.*`: who tells about the market, for operators.
struct MarketMethods {
    let feed: MarketFeed
    let pools: PoolDesk
    /// What is followed.
    let pairs: @Sendable () -> [TradingPair]
    let now: @Sendable () -> Timestamp

    var all: [ControlMethod] {
        [
            .reading("market.providers", role: .viewer) { call throws(JSONRPCError) in try providers(call.params) },
            .reading("market.streams", role: .viewer) { call throws(JSONRPCError) in try streams(call.params) },
            .changing("market.check", role: .operator) { call throws(JSONRPCError) in try await check(call.params) },
            .reading("market.pools", role: .viewer) { call throws(JSONRPCError) in try listPools(call.params) },
            .changing("market.rotate", role: .admin) { call throws(JSONRPCError) in try await rotate(call) },
        ]
    }

    private func providers(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        let (now, discovered) = (now(), Set(feed.discovered.map(\.id)))
        return [
            "replayed": .bool(feed.isReplay),
            "providers": .array(
                feed.standings.map { standing in
                    let member = feed.member(standing.name)
                    return [
                        "provider": .string(standing.name), "discovered": .bool(discovered.contains(standing.name)),
                        "status": .string(standing.status(at: now).rawValue),
                        "priority": .int(Int64(member.priority)), "weight": .int(Int64(member.weight)),
                        "asked": .int(Int64(clamping: standing.asked)),
                        "answered": .int(Int64(clamping: standing.answered)),
                        "failed": .int(Int64(clamping: standing.failed)),
                        "skipped": .int(Int64(clamping: standing.skipped)),
                        "successShare": standing.successShare.map { .double($0) } ?? .null,
                        "latencyMilliseconds": standing.smoothedLatency.map { .double($0 / .milliseconds(1)) } ?? .null,
                        "lastError": standing.lastError.map { .string($0.description) } ?? .null,
                        "obstacle": standing.obstacle.map { .string($0) } ?? .null,
                        "categories": .array(standing.categories.map { .string($0.rawValue) }),
                    ]
                }
            ),
        ]
    }

    private func streams(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        let now = now()
        return [
            "replayed": .bool(feed.isReplay),
            "streams": .array(
                feed.streams.standings.map { standing in
                    [
                        "exchange": .string(standing.exchange), "state": .string(standing.phase.rawValue),
                        "since": .string("\(standing.since)"),
                        "messages": .int(Int64(clamping: standing.messages)),
                        "lastMessageAgeSeconds": standing.lastMessageAt.map {
                            .double(max(0, $0.duration(to: now) / .seconds(1)))
                        } ?? .null,
                        "reconnects": .int(Int64(clamping: standing.reconnects)),
                        "gaps": .int(Int64(clamping: standing.gaps)),
                        "missedTrades": .int(Int64(clamping: standing.missedTrades)),
                        "repeatedTrades": .int(Int64(clamping: standing.repeatedTrades)),
                        "heldPrices": .int(Int64(clamping: standing.heldPrices)),
                        "malformed": .int(Int64(clamping: standing.malformed)),
                        "lastError": standing.lastError.map { .string($0) } ?? .null,
                    ]
                }
            ),
        ]
    }

    private func check(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("provider")
        let provider = try params.text("provider", sizeBytesMax: 64)
        let names = feed.standings.map(\.name)
        guard names.contains(provider) else {
            throw .badParameters(
                "provider",
                "there is no provider \"\(provider)\"; there are \(names.joined(separator: ", "))"
            )
        }
        return ["provider": .string(provider), "reachable": .bool(await feed.tryAgain(provider, with: pairs()))]
    }

    // MARK: Pools

    private func listPools(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        let (book, source) = (pools.book, feed.source)
        return [
            "pools": .array(
                book.pools.map { pool in
                    [
                        "id": .string(pool.id), "name": .string(pool.name), "category": .string(pool.category.rawValue),
                        "strategy": .string(pool.strategy.rawValue),
                        "origin": .string(book.origin(of: pool.id).rawValue),
                        "members": .array(pool.members.map { .string($0.provider) }),
                        "order": .array(source.order(ofPool: pool.id).map { .string($0) }),
                    ]
                }
            )
        ]
    }

    private func rotate(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("pool", "reason")
        let id = try call.params.text("pool", sizeBytesMax: 64)
        let reason = try call.params.text("reason", sizeBytesMax: 128)
        let change: PoolChange
        do throws(PoolDesk.Failure) {
            // The call itself is in the audit log.
            change = try await pools.change(by: PoolDesk.Caller(name: call.caller.name, role: nil)) {
                book,
                source throws(PoolError) in
                try book.rotate(id, from: source.order(ofPool: id), reason: reason)
            }
        } catch {
            throw JSONRPCError(error)
        }
        return [
            "pool": .string(change.pool), "from": .string(change.from ?? ""), "to": .string(change.to ?? ""),
        ]
    }
}

extension JSONRPCError {
    fileprivate init(_ failure: PoolDesk.Failure) {
        self =
            switch failure {
            case .busy: .refused("another change of the pools is under way; try again")
            case .store(let error): .unavailable("the change was not stored: \(error)")
            case .pool(.noSuchPool(let id)): .badParameters("pool", "there is no pool \"\(id)\"")
            case .pool(let error): .refused(error.description)
            }
    }
}
