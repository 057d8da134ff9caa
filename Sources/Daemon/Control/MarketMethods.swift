import Actors
import Bus
import BusZeroMQ
import Domain
import JSON
import Market

/// `market.*`: who tells about the market, for operators.
struct MarketMethods {
    let feed: MarketFeed
    /// What is followed.
    let pairs: @Sendable () -> [TradingPair]
    let now: @Sendable () -> Timestamp

    var all: [ControlMethod] {
        [
            .reading("market.providers", role: .viewer) { call throws(JSONRPCError) in try providers(call.params) },
            .reading("market.streams", role: .viewer) { call throws(JSONRPCError) in try streams(call.params) },
            .changing("market.check", role: .operator) { call throws(JSONRPCError) in try await check(call.params) },
        ]
    }

    private func providers(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        let now = now()
        return [
            "replayed": .bool(feed.isReplay),
            "providers": .array(
                feed.standings.map { standing in
                    let member = feed.member(standing.name)
                    return [
                        "provider": .string(standing.name), "status": .string(standing.status(at: now).rawValue),
                        "priority": .int(Int64(member.priority)), "weight": .int(Int64(member.weight)),
                        "asked": .int(Int64(clamping: standing.asked)),
                        "answered": .int(Int64(clamping: standing.answered)),
                        "failed": .int(Int64(clamping: standing.failed)),
                        "skipped": .int(Int64(clamping: standing.skipped)),
                        "successShare": standing.successShare.map { .double($0) } ?? .null,
                        "latencyMilliseconds": standing.smoothedLatency.map { .double($0 / .milliseconds(1)) } ?? .null,
                        "lastError": standing.lastError.map { .string($0.description) } ?? .null,
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
}
