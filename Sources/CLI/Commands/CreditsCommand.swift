import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `credits`: what people have, for administrators.
struct CreditsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits",
        abstract: "Show what a user has, give or take credits, or see what there is of them.",
        subcommands: [Show.self, Grant.self, Resume.self, Overview.self]
    )

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show a user's balance and newest transactions.")

        @Argument(help: "The user's email or id.")
        var user: String

        @Option(help: ArgumentHelp("The most transactions, up to 500.", valueName: "count"))
        var limit = 20

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...500).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 500") }
        }

        func perform() async throws {
            let params: [String: JSONValue] = ["user": .string(user), "limit": .int(Int64(limit))]
            try await Session(options).show("credits.show", params, as: CreditsPage.self) { page, terminal in
                CreditLines.page(page, terminal)
            }
        }
    }

    struct Grant: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user credits, or take some back.",
            discussion: "With --cause the same grant can be repeated and takes hold once."
        )

        @Argument(help: "The user's email or id.")
        var user: String

        @Argument(help: "How many; less than nothing takes them back (write -- before it).")
        var credits: Int64

        @Option(help: ArgumentHelp("Why, for the user to read.", valueName: "text"))
        var reason: String

        @Option(help: ArgumentHelp("What it is for; the same is given once.", valueName: "name"))
        var cause: String?

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [
                "user": .string(user), "credits": .int(credits), "reason": .string(reason),
            ]
            params["cause"] = cause.map(JSONValue.string)
            try await Session(options).show("credits.grant", params, as: CreditsGrant.self) { grant, _ in
                let name = Terminal.plain(grant.user)
                return ["\(name): \(grant.granted ? "" : "given before; ")\(grant.balance) credits"]
            }
        }
    }

    struct Resume: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user spend again who was paused for spending too much within an hour."
        )

        @Argument(help: "The user's email or id.")
        var user: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("credits.resume", ["user": .string(user)], as: CreditsResume.self) {
                resume,
                _ in
                ["\(Terminal.plain(resume.user)): \(resume.resumed ? "may spend again" : "was not paused")"]
            }
        }
    }

    struct Overview: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show what there is of credits, and what was spent.")

        @Option(help: ArgumentHelp("Of the last so many days, up to 3650.", valueName: "days"))
        var days = 30

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...3650).contains(days) else { throw ValidationError("--days must be a number from 1 to 3650") }
        }

        func perform() async throws {
            try await Session(options).show(
                "credits.overview",
                ["days": .int(Int64(days))],
                as: CreditsOverview.self
            ) { overview, terminal in CreditLines.overview(overview, terminal) }
        }
    }
}
