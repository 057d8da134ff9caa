import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `llm`: the language models that the station asks.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "llm",
        abstract: "Show the language models, look whether their providers answer, or take one out of service.",
        subcommands: [Status.self, Probe.self, Drain.self, Prices.self]
    )

    struct Status: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the models, how each has done, and whom each task asks first."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("llm.status", [:], as: ModelsStatus.self) { status, terminal in
                ModelLines.status(status, terminal)
            }
        }
    }

    struct Probe: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask providers for the list of their models, which costs nothing.",
            discussion: "One that answers and was left alone is tried again with the next call."
        )

        @Argument(help: "Only this provider.")
        var provider: String?

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [:]
            params["provider"] = provider.map(JSONValue.string)
            try await Session(options).show("llm.probe", params, as: ModelsProbe.self) { probe, terminal in
                ModelLines.probe(probe, terminal)
            }
        }
    }

    struct Drain: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a provider out of service until it is put back, or the daemon starts anew.",
            discussion: "Calls under way there come to their end."
        )

        @Argument(help: "The provider.")
        var provider: String

        @Flag(help: "Put it back.")
        var undo = false

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["provider": .string(provider), "undo": .bool(undo)]
            try await Session(options).show("llm.drain", params, as: ModelsDrain.self) { drain, _ in
                ["\(Terminal.plain(drain.provider)): \(drain.drained ? "out of service" : "in service")"]
            }
        }
    }

    struct Prices: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show what the models cost users, and us.")

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("llm.prices", [:], as: ModelPrices.self) { prices, terminal in
                ModelLines.prices(prices, terminal)
            }
        }
    }
}
