import CryptoCallClient

/// The market as people read it.
enum MarketLines {
    static func providers(_ found: MarketProviders, _ terminal: Terminal) -> [String] {
        if found.replayed { return ["recorded candles are played; nobody is asked"] }
        var table = TextTable("PROVIDER", "STATUS", "ASKED", "FAILED", "PASSED OVER", "ANSWERS", "TAKES", "LAST ERROR")
        for provider in found.providers {
            table.add(
                .init(provider.discovered ? "\(provider.provider) (discovered)" : provider.provider),
                .init(provider.status),
                .init("\(provider.asked)"),
                .init("\(provider.failed)"),
                .init("\(provider.skipped)"),
                .init(provider.successShare.map { "\(Int(($0 * 100).rounded())) %" } ?? "-"),
                .init(provider.latencyMilliseconds.map { "\(Int($0.rounded())) ms" } ?? "-"),
                .init(provider.obstacle ?? provider.lastError ?? "-")
            )
        }
        return table.lines(terminal)
    }

    static func proposals(_ found: MarketProposals, _ terminal: Terminal) -> [String] {
        if found.proposals.isEmpty { return ["no address was asked so far"] }
        var table = TextTable("ID", "STATUS", "ADDRESS", "TAKES", "CHECKED", "FOUND")
        for proposal in found.proposals {
            let telling =
                proposal.checks.first { $0.outcome == "failed" } ?? proposal.checks.first { $0.name == "price" }
            table.add(
                .init(proposal.id),
                .init(proposal.status),
                .init(proposal.address),
                .init(proposal.latencyMilliseconds.map { "\(Int($0.rounded())) ms" } ?? "-"),
                .init(proposal.lastChecked),
                .init(telling.map { "\($0.name) \($0.outcome): \($0.detail)" } ?? "-")
            )
        }
        return table.lines(terminal)
    }

    static func streams(_ found: MarketStreams, _ terminal: Terminal) -> [String] {
        if found.replayed { return ["recorded candles are played; nothing is streamed"] }
        if found.streams.isEmpty { return ["no exchange's stream is followed"] }
        var table = TextTable(
            "EXCHANGE",
            "STATE",
            "SINCE",
            "MESSAGES",
            "LAST",
            "ANEW",
            "MISSED",
            "HELD",
            "BAD",
            "LAST ERROR"
        )
        for stream in found.streams {
            table.add(
                .init(stream.exchange),
                .init(stream.state),
                .init(stream.since),
                .init("\(stream.messages)"),
                .init(stream.lastMessageAgeSeconds.map { "\(Int($0.rounded())) s ago" } ?? "-"),
                .init("\(stream.reconnects)"),
                .init("\(stream.missedTrades)"),
                .init("\(stream.heldPrices)"),
                .init("\(stream.malformed)"),
                .init(stream.lastError ?? "-")
            )
        }
        return table.lines(terminal)
    }

    static func pools(_ found: MarketPools, _ terminal: Terminal) -> [String] {
        var table = TextTable("POOL", "CATEGORY", "STRATEGY", "FROM", "MEMBERS", "ASKED NOW IN THIS ORDER")
        for pool in found.pools {
            table.add(
                .init(pool.id),
                .init(pool.category),
                .init(pool.strategy),
                .init(pool.origin),
                .init(pool.members.isEmpty ? "-" : pool.members.joined(separator: " ")),
                .init(pool.order.isEmpty ? "nobody" : pool.order.joined(separator: " "))
            )
        }
        return table.lines(terminal)
    }

    static func history(_ found: MarketHistory, _ terminal: Terminal) -> [String] {
        guard !found.candles.isEmpty else { return ["nothing is kept from \(found.from) to \(found.to)"] }
        var table = TextTable("OPENED", "OPEN", "HIGH", "LOW", "CLOSE", "VOLUME", "SOURCE")
        for candle in found.candles {
            table.add(
                .init(candle.openTime),
                .init(candle.open),
                .init(candle.high),
                .init(candle.low),
                .init(candle.close),
                .init(candle.volume),
                .init(candle.source + (candle.suspect ? " (contradicted)" : ""))
            )
        }
        return table.lines(terminal) + (found.more ? ["there are older ones; --limit or --from shows more"] : [])
    }

    static func gaps(_ found: MarketGaps, _ terminal: Terminal) -> [String] {
        let asked = "asked for \(found.asked) of \(found.expected) candles from \(found.from) to \(found.to)"
        guard !found.gaps.isEmpty else { return [asked, "nothing is missing"] }
        var table = TextTable("FROM", "TO", "MISSING", "WHY")
        for gap in found.gaps {
            table.add(
                .init(gap.from),
                .init(gap.to),
                .init("\(gap.missing)"),
                .init(gap.asked ? "the exchange has none" : "never asked for")
            )
        }
        return [asked] + table.lines(terminal) + (found.more ? ["there are more; --limit shows more"] : [])
    }

    static func backfills(_ found: MarketBackfills, _ terminal: Terminal) -> [String] {
        guard !found.backfills.isEmpty else { return ["there are none"] }
        var table = TextTable("ID", "STATE", "PAIR", "INTERVAL", "FROM", "TO", "SOURCE", "DONE", "LAST ERROR")
        for backfill in found.backfills {
            table.add(
                .init(backfill.id),
                .init(backfill.state),
                .init(backfill.pair),
                .init(backfill.interval),
                .init(backfill.from),
                .init(backfill.to),
                .init(backfill.source ?? "-"),
                .init(percent(backfill)),
                .init(backfill.error ?? "-")
            )
        }
        return table.lines(terminal)
    }

    /// One line about a backfill under way.
    static func progress(_ backfill: MarketBackfills.Backfill) -> String {
        let wait = backfill.error.map { ", \(Terminal.plain($0))" } ?? ""
        return "\(percent(backfill)), \(backfill.done) of \(backfill.expected) candles, "
            + "\(Terminal.plain(backfill.state))\(backfill.isOver ? "" : wait)"
    }

    /// Rounded down, so that only what is done is 100 %.
    private static func percent(_ backfill: MarketBackfills.Backfill) -> String {
        backfill.expected == 0 ? "-" : "\(backfill.done * 100 / backfill.expected) %"
    }
}
