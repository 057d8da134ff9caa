import CryptoCallClient

/// The market as people read it.
enum MarketLines {
    static func providers(_ found: MarketProviders, _ terminal: Terminal) -> [String] {
        if found.replayed { return ["recorded candles are played; nobody is asked"] }
        var table = TextTable("PROVIDER", "STATUS", "ASKED", "FAILED", "PASSED OVER", "ANSWERS", "TAKES", "LAST ERROR")
        for provider in found.providers {
            table.add(
                .init(provider.provider),
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
}
