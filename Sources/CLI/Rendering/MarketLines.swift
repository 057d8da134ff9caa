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
                .init(provider.lastError ?? "-")
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
}
