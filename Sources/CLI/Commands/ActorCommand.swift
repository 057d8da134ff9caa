import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `actor`: restarts, stops or starts one actor.
struct ActorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actor",
        abstract: "Restart, stop or start one actor.",
        subcommands: [Restart.self, Stop.self, Start.self]
    )

    struct Restart: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Replace the actor by a new incarnation.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.perform("actor.restart") }
    }

    struct Stop: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Stop the actor until it is started again.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.perform("actor.stop") }
    }

    struct Start: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Start a stopped actor.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.perform("actor.start") }
    }

    struct Target: ParsableArguments {
        @Argument(help: "The actor, as `tree` shows it.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func perform(_ method: String) async throws {
            try await Session(options).show(method, ["id": .string(id)], as: ActorState.self) { actor, terminal in
                let life = actor.incarnation.map { ", life \($0)" } ?? ""
                let state = terminal.styled(Terminal.plain(actor.state), StatusPage.style(of: actor.state))
                return ["\(Terminal.plain(actor.id)): \(state)\(life)"]
            }
        }
    }
}
