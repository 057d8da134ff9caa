import ArgumentParser
import Domain

/// `cryptocallctl`: looks at a running station and operates it.
@main
struct CryptoCallCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cryptocallctl",
        abstract: "Looks at a running CryptoCall FM station and operates it.",
        discussion: """
            The station is the one in --home, in $CRYPTOCALL_HOME, or in /run/cryptocall. With --json every command \
            prints JSON. Exit codes are those of sysexits: 64 usage, 65 bad data, 69 nobody answers, 75 no answer in \
            time, 76 an answer that is not understood, 77 not permitted, 78 bad configuration.
            """,
        version: Version.current,
        subcommands: [
            StatusCommand.self, TreeCommand.self, TopCommand.self, TailCommand.self, EventsCommand.self,
            PublishCommand.self, ActorCommand.self, LogLevelCommand.self, ReloadCommand.self, ConfigCommand.self,
            JobsCommand.self, QueuesCommand.self, WorkersCommand.self, SchedulesCommand.self, WorkflowsCommand.self,
            MessagesCommand.self, UserCommand.self, CreditsCommand.self, ModelsCommand.self, MarketCommand.self,
            NewsCommand.self, RenderCommand.self, VoteCommand.self, TreasuryCommand.self, OnAirCommand.self,
            SayCommand.self,
            MuteCommand.self, UnmuteCommand.self, DrainCommand.self, ShutdownCommand.self, MetricsCommand.self,
            SchemaCommand.self, DatabaseCommand.self, SentimentCommand.self, KeygenCommand.self,
        ]
    )

    static func main() async { await main(ArgumentOrder.commandFirst(Array(CommandLine.arguments.dropFirst()))) }
}

/// A command that does something, and ends with an exit code of sysexits when it cannot.
protocol OperatorCommand: AsyncParsableCommand {
    func perform() async throws
}

extension OperatorCommand {
    func run() async throws {
        do {
            try await perform()
        } catch let failure as CommandFailure {
            Output.standardError("cryptocallctl: \(failure.message)\n")
            throw ArgumentParser.ExitCode(failure.status.rawValue)
        }
    }
}
