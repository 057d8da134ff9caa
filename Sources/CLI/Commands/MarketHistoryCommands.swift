import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// Which candles are meant.
struct MarketRange: ParsableArguments {
    @Argument(help: "What is traded, such as BTC-USD.")
    var pair: String

    @Option(help: "How much time a candle covers, such as 1m, 1h or 1d.")
    var interval: String?

    @Option(help: ArgumentHelp("From this day or moment on, in UTC.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Up to this day or moment, in UTC; up to now without it.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("Of this provider alone.", valueName: "provider"))
    var source: String?

    var params: [String: JSONValue] {
        var params: [String: JSONValue] = ["pair": .string(pair)]
        for (name, value) in [("interval", interval), ("from", from), ("to", to), ("source", source)] {
            if let value { params[name] = .string(value) }
        }
        return params
    }
}

/// `market history`: the candles that are kept.
struct MarketHistoryCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show candles that are kept; those of a day unless --interval says otherwise."
    )

    @OptionGroup var range: MarketRange

    @Option(help: "The most candles; of more, the newest.")
    var limit: Int64 = 100

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        let params = range.params.merging(["limit": .int(limit)]) { $1 }
        try await Session(options).show("market.history", params, as: MarketHistory.self) { found, terminal in
            MarketLines.history(found, terminal)
        }
    }
}

/// `market gaps`: the candles that are not kept.
struct MarketGapsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        abstract: "Show which candles are missing: those that an exchange does not have, and those nobody asked for.",
        discussion: "Of the last 7 days, and of a minute each, unless told otherwise."
    )

    @OptionGroup var range: MarketRange

    @Option(help: "The most gaps.")
    var limit: Int64 = 100

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        let params = range.params.merging(["limit": .int(limit)]) { $1 }
        try await Session(options).show("market.gaps", params, as: MarketGaps.self) { found, terminal in
            MarketLines.gaps(found, terminal)
        }
    }
}

/// `market backfill`: brings candles of the past.
struct MarketBackfillCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Bring candles of the past, and show how far that has got until it is done.",
        discussion: """
            It is a job of the station: it goes on when this command is interrupted, and after a restart. `jobs cancel` \
            ends it; what it has brought stays.
            """
    )

    @OptionGroup var range: MarketRange

    @Flag(help: "Only begin it, and show its id.")
    var detach = false

    @OptionGroup var options: GlobalOptions

    /// Between two looks.
    private static let pause: Duration = .seconds(1)

    func perform() async throws {
        let session = try Session(options)
        let value = try await session.call("market.backfill", range.params)
        let begun = try Session.decode(MarketBackfill.self, from: value, of: "market.backfill")
        if detach {
            if options.json { return Output.json(value) }
            return Output.standard("\(Terminal.plain(begun.id))\(begun.isNew ? "" : " was there already")\n")
        }
        if !options.json {
            Output.standardError("backfill \(Terminal.plain(begun.id)), \(begun.expected) candles\n")
        }
        try await follow(begun.id, session)
    }

    private func follow(_ id: String, _ session: Session) async throws {
        var last: MarketBackfills.Backfill?
        while true {
            let value = try await session.call("market.backfills", ["id": .string(id)])
            let found = try Session.decode(MarketBackfills.self, from: value, of: "market.backfills")
            guard let backfill = found.backfills.first, let line = value["backfills"]?[0] else {
                throw CommandFailure(.badData, "backfill \(id) is not there any more")
            }
            if backfill != last {
                if options.json {
                    Output.json(line)
                } else {
                    Output.standard(MarketLines.progress(backfill) + "\n")
                }
                last = backfill
            }
            if backfill.isOver {
                guard backfill.state == "completed" else {
                    throw CommandFailure(
                        .unavailable,
                        "it was \(backfill.state)\(backfill.error.map { ": \($0)" } ?? "")"
                    )
                }
                return
            }
            try await ContinuousClock().sleep(for: Self.pause)
        }
    }
}

/// `market backfills`: those under way, and the latest that are over.
struct MarketBackfillsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfills",
        abstract: "Show backfills under way and the latest that are over, and how far each has got."
    )

    @Option(help: "The most backfills.")
    var limit: Int64 = 20

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        let params: [String: JSONValue] = ["limit": .int(limit)]
        try await Session(options).show("market.backfills", params, as: MarketBackfills.self) { found, terminal in
            MarketLines.backfills(found, terminal)
        }
    }
}
