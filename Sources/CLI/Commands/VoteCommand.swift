import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import Governance
import JSON

/// `vote`: what the community decides, and whether its ballots were counted.
struct VoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vote",
        abstract: "Show proposals, and check that their ballots were counted.",
        subcommands: [List.self, Show.self, Verify.self, Anchor.self]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "List proposals, the newest first.")

        @Option(help: ArgumentHelp("Only those in this state, such as voting or passed.", valueName: "state"))
        var state: String?

        @Option(help: ArgumentHelp("The most of them, up to 200.", valueName: "count"))
        var limit = 20

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...200).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 200") }
        }

        func perform() async throws {
            var params: [String: JSONValue] = ["limit": .int(Int64(limit))]
            params["state"] = state.map(JSONValue.string)
            try await Session(options).show("governance.proposals", params, as: ProposalsShown.self) {
                list,
                terminal in
                ProposalLines.list(list, terminal)
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show one proposal, with what each option has.")

        @Argument(help: "The proposal's id.")
        var proposal: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["id": .string(proposal)]
            try await Session(options).show("governance.proposal", params, as: ProposalShown.self) {
                shown,
                terminal in
                ProposalLines.one(shown, terminal)
            }
        }
    }

    struct Verify: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count a proposal again from its ballots, checking every signature.",
            discussion: """
                Each ballot's text is built again and its signature checked here; the root over all of them has to be \
                the published one, and the totals those that are shown. Give --root with the root from the chain's \
                record to trust nothing that the station says of it. Weights are taken as they are: they are the \
                balances of the snapshot whose hash the proposal names. Exit code 65 when something does not agree.
                """
        )

        @Argument(help: "The proposal's id.")
        var proposal: String

        @Option(help: ArgumentHelp("Also tell whether this wallet's ballot is among them.", valueName: "address"))
        var wallet: String?

        @Option(help: ArgumentHelp("The root over all ballots, from the chain.", valueName: "hex"))
        var root: String?

        @OptionGroup var options: GlobalOptions

        /// Ballots that are asked for at a time.
        private static let pageCount = 500

        func perform() async throws {
            let session = try Session(options)
            let id = JSONValue.string(proposal)
            let value = try await session.call("governance.proposal", ["id": id])
            let shown = try Session.decode(ProposalShown.self, from: value, of: "governance.proposal")
            var audit = try BallotAudit(shown, wallet: wallet)
            while true {
                let page = try Session.decode(
                    BallotsShown.self,
                    from: try await session.call(
                        "governance.ballots",
                        ["id": id, "from": .int(Int64(audit.ballotCount)), "limit": .int(Int64(Self.pageCount))]
                    ),
                    of: "governance.ballots"
                )
                audit.add(page)
                if page.ballots.count < Self.pageCount { break }
                if audit.ballotCount.isMultiple(of: 5000) {
                    Output.standardError("\(audit.ballotCount) of \(shown.ballots) ballots checked\n")
                }
            }
            let result = audit.finish(shown, root: root)
            if options.json {
                Output.json(audit.json(result))
            } else {
                let lines = ProposalLines.audit(audit, result, shown, wallet: wallet)
                Output.standard(lines.map { $0 + "\n" }.joined())
            }
            if audit.problemCount > 0 || (wallet != nil && audit.found == nil) {
                throw CommandFailure(.badData, audit.problemCount > 0 ? "not all of it agrees" : "no such ballot")
            }
        }
    }

    struct Anchor: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a decided proposal's result to the chain once more.",
            discussion: "For results that failed to get there, or that were decided before there was a key."
        )

        @Argument(help: "The proposal's id.")
        var proposal: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let session = try Session(options)
            let value = try await session.call("governance.anchor", ["id": .string(proposal)])
            if options.json {
                Output.json(value)
            } else {
                Output.standard("the result is on its way; `cryptocallctl vote show \(proposal)` tells how it goes\n")
            }
        }
    }
}

/// `treasury`: what came in, and whose it is.
struct TreasuryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "treasury",
        abstract: "Show the treasury, enter what came in, or what was paid out.",
        subcommands: [Show.self, Enter.self, Withdraw.self]
    )

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show what everybody has, and the newest entries.")

        @Option(help: ArgumentHelp("The most entries, up to 200.", valueName: "count"))
        var limit = 20

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...200).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 200") }
        }

        func perform() async throws {
            let params: [String: JSONValue] = ["limit": .int(Int64(limit))]
            try await Session(options).show("treasury.show", params, as: TreasuryShown.self) { shown, terminal in
                ProposalLines.treasury(shown, terminal)
            }
        }
    }

    struct Enter: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enter money that came in; it is divided among creator, relayers and DAO.",
            discussion: "The same --cause is entered once, so that repeating the command changes nothing."
        )

        @Argument(help: "The amount in base units.")
        var amount: Int64

        @Argument(help: "Such as SOL, or a token's address.")
        var currency: String

        @Option(help: ArgumentHelp("The wallet of whoever made the channel.", valueName: "address"))
        var creator: String

        @Option(help: ArgumentHelp("What it is for; a word.", valueName: "word"))
        var cause: String

        @Option(help: ArgumentHelp("The channel.", valueName: "name"))
        var channel: String?

        @Flag(help: "A viewer's tip, which is the creator's alone.")
        var tip = false

        @Option(help: ArgumentHelp("For people to read.", valueName: "text"))
        var note = ""

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [
                "amount": .int(amount), "currency": .string(currency), "creator": .string(creator),
                "cause": .string(cause), "tip": .bool(tip), "note": .string(note),
            ]
            params["channel"] = channel.map(JSONValue.string)
            let session = try Session(options)
            let value = try await session.call("treasury.enter", params)
            guard !options.json else { return Output.json(value) }
            let parts = ["creator", "relayers", "dao"].map { "\($0) \(value[$0]?.string ?? "?")" }
            Output.standard(parts.joined(separator: ", ") + "\n")
        }
    }

    struct Withdraw: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Enter money that was paid out.")

        @Argument(help: "The amount in base units.")
        var amount: Int64

        @Argument(help: "Such as SOL, or a token's address.")
        var currency: String

        @Option(help: ArgumentHelp("creator, relayers or dao.", valueName: "party"))
        var party: String

        @Option(help: ArgumentHelp("Whose of that party; a creator's wallet.", valueName: "address"))
        var holder: String?

        @Option(help: ArgumentHelp("What it is for; a word.", valueName: "word"))
        var cause: String

        @Option(help: ArgumentHelp("For people to read.", valueName: "text"))
        var note = ""

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [
                "amount": .int(amount), "currency": .string(currency), "party": .string(party),
                "cause": .string(cause), "note": .string(note),
            ]
            params["holder"] = holder.map(JSONValue.string)
            let session = try Session(options)
            let value = try await session.call("treasury.withdraw", params)
            guard !options.json else { return Output.json(value) }
            Output.standard("\(value["left"]?.string ?? "?") are left\n")
        }
    }
}
