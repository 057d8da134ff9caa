import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `market`: who tells of the market, and what is kept of it.
struct MarketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "market",
        abstract: "Show who tells of the market, in which order they are asked, and what is kept of it.",
        subcommands: [
            Providers.self, Streams.self, Check.self, Pools.self, Rotate.self, Proposals.self, Accept.self, Reject.self,
            MarketHistoryCommand.self, MarketGapsCommand.self, MarketBackfillCommand.self, MarketBackfillsCommand.self,
        ]
    )

    struct Providers: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show the providers, and how each is doing.")

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("market.providers", [:], as: MarketProviders.self) { found, terminal in
                MarketLines.providers(found, terminal)
            }
        }
    }

    struct Streams: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the exchanges whose live streams are followed, and how each is doing."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("market.streams", [:], as: MarketStreams.self) { found, terminal in
                MarketLines.streams(found, terminal)
            }
        }
    }

    struct Check: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a provider at once, also one that is left alone.",
            discussion: "One that answers well is asked as usual again."
        )

        @Argument(help: "The provider.")
        var provider: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["provider": .string(provider)]
            try await Session(options).show("market.check", params, as: MarketCheck.self) { check, _ in
                ["\(Terminal.plain(check.provider)) \(check.reachable ? "answers" : "does not answer well")"]
            }
        }
    }

    struct Pools: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show who is asked for what, and in which order.")

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("market.pools", [:], as: MarketPools.self) { found, terminal in
                MarketLines.pools(found, terminal)
            }
        }
    }

    struct Rotate: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put whoever is asked first behind all others of a pool.",
            discussion: "It is stored, and outlives a restart."
        )

        @Argument(help: "The pool.")
        var pool: String

        @Option(help: "Why, for the log of changes.")
        var reason: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["pool": .string(pool), "reason": .string(reason)]
            try await Session(options).show("market.rotate", params, as: MarketRotation.self) { rotation, _ in
                ["\(Terminal.plain(rotation.to)) is asked first now, and \(Terminal.plain(rotation.from)) last"]
            }
        }
    }

    struct Proposals: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the addresses that were asked as providers would be, and what was found."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("market.proposals", [:], as: MarketProposals.self) { found, terminal in
                MarketLines.proposals(found, terminal)
            }
        }
    }

    struct Accept: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a proposed address as a provider, behind those that there are.",
            discussion: "It is stored, and outlives a restart."
        )

        @Argument(help: "The proposal.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("market.accept", ["id": .string(id)], as: MarketDecision.self) {
                decision,
                _ in
                let when = decision.inUse ? "from now on" : "when the station next takes over what is stored"
                return ["\(Terminal.plain(decision.id)) is accepted, and asked \(when)"]
            }
        }
    }

    struct Reject: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse a proposed address, or stop asking one that was accepted.",
            discussion: "It is stored, and outlives a restart."
        )

        @Argument(help: "The proposal.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("market.reject", ["id": .string(id)], as: MarketDecision.self) {
                decision,
                _ in
                let when = decision.inUse ? ", but still asked until the station takes that over" : ""
                return ["\(Terminal.plain(decision.id)) is rejected\(when)"]
            }
        }
    }
}
