import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `market`: who tells the prices.
struct MarketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "market",
        abstract: "Show who tells the prices, or ask one of them at once.",
        subcommands: [Providers.self, Streams.self, Check.self]
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
}
