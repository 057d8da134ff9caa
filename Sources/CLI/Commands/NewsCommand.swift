import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `news`: what came in, and how it is with the feeds.
struct NewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "news",
        abstract: "Show the newest news, or the feeds that they come from.",
        subcommands: [List.self, Feeds.self]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show the newest news with their mood.")

        @Option(help: ArgumentHelp("Only those that speak of this coin.", valueName: "code"))
        var symbol: String?

        @Option(help: ArgumentHelp("Only those of this feed.", valueName: "feed"))
        var source: String?

        @Option(help: ArgumentHelp("The most of them, up to 200.", valueName: "count"))
        var limit = 20

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...200).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 200") }
        }

        func perform() async throws {
            var params: [String: JSONValue] = ["limit": .int(Int64(limit))]
            params["symbol"] = symbol.map(JSONValue.string)
            params["source"] = source.map(JSONValue.string)
            try await Session(options).show("news.list", params, as: NewsList.self) { list, terminal in
                NewsLines.list(list, terminal)
            }
        }
    }

    struct Feeds: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show the feeds, and how it is with each.")

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("news.feeds", [:], as: NewsFeeds.self) { found, terminal in
                NewsLines.feeds(found, terminal)
            }
        }
    }
}
