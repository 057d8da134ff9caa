import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `schedules`: what runs at which times.
struct SchedulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "List schedules, add or remove one, pause or resume it, or run it now.",
        subcommands: [List.self, Show.self, Add.self, Remove.self, Pause.self, Resume.self, Run.self]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show all schedules with their next and last times.")
        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("schedules.list", as: ScheduleList.self) { list, terminal in
                SchedulePage.list(list.schedules, terminal)
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show one schedule and its latest runs.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("schedules.show") }
    }

    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Add a schedule, or change one that was added.")

        @Argument(help: "Its name.")
        var name: String

        @Argument(help: "Five fields such as \"0 2 * * *\", or @hourly, @daily, @weekly, @monthly, @yearly.")
        var cron: String

        @Argument(help: "The kind of job to run.")
        var kind: String

        @Argument(help: "The job's payload, a JSON object.")
        var payload = "{}"

        @Option(help: ArgumentHelp("The time zone that the fields are read in.", valueName: "zone"))
        var timeZone = "UTC"

        @Option(help: ArgumentHelp("For times missed while nothing ran: skip, once or all.", valueName: "rule"))
        var catchUp = "once"

        @Option(help: ArgumentHelp("While a run is unfinished: skip, queue_one or allow.", valueName: "rule"))
        var overlap = "skip"

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = [
                "name": .string(name), "cron": .string(cron), "kind": .string(kind),
                "payload": try JSONArgument.object(payload, "the payload"), "timeZone": .string(timeZone),
                "catchUp": .string(catchUp), "overlap": .string(overlap),
            ]
            try await Session(options).show("schedules.add", params, as: ScheduleLine.self) { schedule, terminal in
                SchedulePage.details(schedule, terminal)
            }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a schedule; its jobs stay.")
        @OptionGroup var target: Target

        func perform() async throws {
            try await Session(target.options).show(
                "schedules.remove",
                ["name": .string(target.name)],
                as: ScheduleRemoved.self
            ) { removed, _ in ["\(Terminal.plain(removed.name)): removed"] }
        }
    }

    struct Pause: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a schedule from firing.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("schedules.pause") }
    }

    struct Resume: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Let a schedule fire again.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("schedules.resume") }
    }

    struct Run: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Run a schedule's job now, also while it is paused.")
        @OptionGroup var target: Target

        func perform() async throws {
            try await Session(target.options).show(
                "schedules.run",
                ["name": .string(target.name)],
                as: ScheduleRan.self
            ) { ran, _ in ["\(Terminal.plain(ran.name)): job \(Terminal.plain(ran.job))"] }
        }
    }

    struct Target: ParsableArguments {
        @Argument(help: "The schedule.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func show(_ method: String) async throws {
            let params: [String: JSONValue] = ["name": .string(name)]
            try await Session(options).show(method, params, as: ScheduleLine.self) { schedule, terminal in
                SchedulePage.details(schedule, terminal)
            }
        }
    }
}
