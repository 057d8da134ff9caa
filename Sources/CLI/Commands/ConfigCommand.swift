import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import Glibc
import JSON

/// `config`: looks at the settings.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check the configuration files, or show the settings in force.",
        subcommands: [Check.self, Dump.self]
    )

    /// Runs `cryptocalld --check-config`, which needs no running station.
    struct Check: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration files as the daemon would, without a running station."
        )

        @Option(help: ArgumentHelp("Read this file instead of the usual one.", valueName: "file"))
        var config: String?

        @Flag(help: "Leave out what depends on this machine.")
        var noEnvironment = false

        @Flag(help: "Treat warnings as errors.")
        var denyWarnings = false

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let daemon = try SiblingProgram.path("cryptocalld")
            var arguments = ["--check-config"]
            if let home = options.home { arguments += ["--home", home] }
            if let config { arguments += ["--config", config] }
            if noEnvironment { arguments.append("--no-environment") }
            if denyWarnings { arguments.append("--deny-warnings") }
            guard options.json else { throw SiblingProgram.become(daemon, arguments) }
            let (output, status) = try await SiblingProgram.run(daemon, arguments)
            let lines = output.split(separator: "\n").map { JSONValue.string(String($0)) }
            Output.json(["ok": .bool(status == 0), "exitCode": .int(Int64(status)), "output": .array(lines)])
            throw ArgumentParser.ExitCode(status)
        }
    }

    /// Asks the station for the settings in force.
    struct Dump: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the settings in force; secrets are left out."
        )

        @Flag(help: "Also say where each value comes from.")
        var origin = false

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let showsOrigin = origin
            let params: [String: JSONValue] = origin ? ["origin": true] : [:]
            try await Session(options).show("config.dump", params, as: Settings.self) { settings, terminal in
                var table = showsOrigin ? TextTable("key", "value", "origin") : TextTable("key", "value")
                for setting in settings.settings {
                    let (key, value) = (TextTable.Cell(setting.key), TextTable.Cell(setting.value.description))
                    if showsOrigin {
                        table.add(key, value, .init(setting.origin ?? "", .dim))
                    } else {
                        table.add(key, value)
                    }
                }
                return table.lines(terminal)
            }
        }
    }
}
