import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `workflows`: runs of workflows, and the decisions they wait for.
struct WorkflowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflows",
        abstract: "List runs of workflows, look at one step by step, start, cancel or signal one, or decide for it.",
        subcommands: [
            List.self, Show.self, Approvals.self, Start.self, Cancel.self, Signal.self, Approve.self, Reject.self,
        ]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "List the runs begun last.")

        @Option(help: "Only those in this state, such as waiting or failed.")
        var state: String?

        @Option(help: "Only those of this workflow.")
        var name: String?

        @Option(help: "The most runs.")
        var limit: Int64 = 50

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = ["limit": .int(limit)]
            if let state { params["state"] = .string(state) }
            if let name { params["name"] = .string(name) }
            try await Session(options).show("workflows.list", params, as: WorkflowList.self) { list, terminal in
                WorkflowPage.list(list.runs, terminal)
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one run: its steps with their times and errors, its signals and its decisions."
        )

        @Argument(help: "The run.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["id": .string(id)]
            try await Session(options).show("workflows.show", params, as: WorkflowReport.self) { report, terminal in
                WorkflowPage.details(report, terminal)
            }
        }
    }

    struct Approvals: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show what waits for somebody's decision.")
        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("workflows.approvals", as: WorkflowApprovals.self) { open, terminal in
                WorkflowPage.approvals(open.approvals, terminal)
            }
        }
    }

    struct Start: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Start a run.")

        @Argument(help: "The workflow.")
        var name: String

        @Argument(help: "Its input, a JSON object.")
        var input = "{}"

        @Option(help: ArgumentHelp("The run's id; starting one twice does nothing.", valueName: "uuid"))
        var id: String?

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [
                "name": .string(name), "input": try JSONArgument.object(input, "the input"),
            ]
            if let id { params["id"] = .string(id) }
            try await Session(options).show("workflows.start", params, as: EnqueuedJob.self) { run, _ in
                [Terminal.plain(run.id) + (run.isNew ? "" : " was there already")]
            }
        }
    }

    struct Cancel: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop a run before its next step, and undo what it has done."
        )

        @Argument(help: "The run.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["id": .string(id)]
            try await Session(options).show("workflows.cancel", params, as: WorkflowAnswer.self) { answer, _ in
                ["\(Terminal.plain(answer.id)): is being cancelled"]
            }
        }
    }

    struct Signal: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Send a signal to a run.")

        @Argument(help: "The run.")
        var id: String

        @Argument(help: "The signal's name.")
        var name: String

        @Argument(help: "Its payload, a JSON object.")
        var payload = "{}"

        @Option(help: ArgumentHelp("Tells repetitions from new messages.", valueName: "id"))
        var messageId: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = [
                "id": .string(id), "name": .string(name), "payload": try JSONArgument.object(payload, "the payload"),
                "messageId": .string(messageId),
            ]
            try await Session(options).show("workflows.signal", params, as: WorkflowAnswer.self) { answer, _ in
                ["\(Terminal.plain(answer.id)): \(answer.accepted == true ? "signalled" : "had that message already")"]
            }
        }
    }

    struct Approve: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Approve what a run asks about.")
        @OptionGroup var decision: Decision
        func perform() async throws { try await decision.perform("approve") }
    }

    struct Reject: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Reject what a run asks about.")
        @OptionGroup var decision: Decision
        func perform() async throws { try await decision.perform("reject") }
    }

    struct Decision: ParsableArguments {
        @Argument(help: "The run.")
        var id: String

        @Argument(help: "What it asks about, as `workflows approvals` shows it.")
        var subject: String

        @Option(help: "The hash of what you looked at, as `workflows approvals` shows it.")
        var hash: String

        @Option(help: "Why.")
        var note: String?

        @OptionGroup var options: GlobalOptions

        func perform(_ decision: String) async throws {
            var params: [String: JSONValue] = [
                "id": .string(id), "subject": .string(subject), "decision": .string(decision), "hash": .string(hash),
            ]
            if let note { params["note"] = .string(note) }
            try await Session(options).show("workflows.decide", params, as: WorkflowDecision.self) { done, _ in
                ["\(Terminal.plain(done.subject)): \(Terminal.plain(done.decision))"]
            }
        }
    }
}
