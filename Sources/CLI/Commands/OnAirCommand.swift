import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `onair`: what listeners hear.
struct OnAirCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onair",
        abstract: "Show what listeners hear and what comes next, or break off what airs.",
        subcommands: [
            Status.self, Queue.self, Start.self, Stop.self, Skip.self, Bed.self, Delay.self, Drop.self,
            Target.self,
        ],
        defaultSubcommand: Status.self
    )

    struct Status: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the voices, the playout and what airs."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("onair.status", [:], as: OnAirStatus.self) { status, terminal in
                OnAirLines.status(status, terminal)
            }
        }
    }

    struct Queue: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the running order: what airs, and what comes after it."
        )

        @Option(help: "At most so many segments, up to 200.")
        var limit = 50

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["limit": .int(Int64(limit))]
            try await Session(options).show("onair.queue", params, as: OnAirQueue.self) { queue, terminal in
                OnAirLines.queue(queue, terminal)
            }
        }
    }

    struct Start: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Put the hosts on the air again.")

        @OptionGroup var request: SwitchRequest

        func perform() async throws { try await perform(request, "onair.start") }
    }

    struct Stop: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the hosts off the air: music plays until they are started again.",
            discussion: "What the playout has already is said to its end. It survives a restart."
        )

        @OptionGroup var request: SwitchRequest

        func perform() async throws { try await perform(request, "onair.stop") }
    }

    struct Bed: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Choose what plays while nobody speaks, until the daemon starts anew.",
            discussion: "Without a file, what the settings say counts again."
        )

        @Argument(help: "The whole path of a WAV file, or \"own\" for the station's own bed.")
        var file: String?

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [:]
            params["file"] = file.map(JSONValue.string)
            try await Session(options).show("onair.bed", params, as: OnAirBed.self) { answer, _ in
                OnAirLines.bed(answer)
            }
        }
    }

    enum Choice: String, ExpressibleByArgument, CaseIterable { case on, off }

    struct Target: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep the programme from a server, or let it have it again, until the daemon starts anew."
        )

        @Argument(help: "What \"onair\" calls it.")
        var name: String

        @Argument(help: "on or off.")
        var choice: Choice

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["name": .string(name), "on": .bool(choice == .on)]
            try await Session(options).show("onair.target", params, as: OnAirTarget.self) { answer, _ in
                [answer.on ? "\(answer.name) gets the programme" : "\(answer.name) gets nothing"]
            }
        }
    }

    struct Delay: OperatorCommand {

        static let configuration = CommandConfiguration(
            abstract: "Let listeners hear everything ten seconds later, so that the last words can be dropped."
        )

        @Argument(help: "on or off.")
        var choice: Choice

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["on": .bool(choice == .on)]
            try await Session(options).show("onair.delay", params, as: OnAirDelay.self) { answer, _ in
                OnAirLines.delay(answer)
            }
        }
    }

    struct Drop: OperatorCommand {
        static let configuration = CommandConfiguration(
            commandName: "dump",
            abstract: "Drop what was said and not heard yet; the delay has to be on."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("onair.dump", [:], as: OnAirDumped.self) { _, _ in
                ["dropped what listeners had not heard"]
            }
        }
    }

    struct Skip: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Break off what airs, with all that belongs to the same segment."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("onair.skip", [:], as: OnAirSkipped.self) { skipped, _ in
                OnAirLines.skipped(skipped)
            }
        }
    }
}

extension OperatorCommand {
    fileprivate func perform(_ request: SwitchRequest, _ method: String) async throws {
        try await Session(request.options).show(method, request.params, as: OnAirSwitched.self) { answer, terminal in
            [answer.offAir ? terminal.styled("the hosts are off the air", .yellow) : "the hosts are on the air"]
        }
    }
}

/// `say`: an operator's words, by the voice of a host.
struct SayCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "say",
        abstract: "Have a host say something, after what waits already.",
        discussion: "It must be plain speech that gives no advice, of at most 1000 characters."
    )

    @Argument(help: "The words.")
    var text: String

    @Option(help: ArgumentHelp("Which host says it; the station's own unless told otherwise.", valueName: "name"))
    var host: String?

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        var params: [String: JSONValue] = ["text": .string(text)]
        params["host"] = host.map(JSONValue.string)
        try await Session(options).show("onair.say", params, as: OnAirSaid.self) { said, _ in OnAirLines.said(said) }
    }
}
