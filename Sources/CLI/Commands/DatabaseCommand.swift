import ArgumentParser

/// `db`: looks after the database, by `cryptocalld db`, which needs no running station.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look after the database: migrate, status, backup, restore, check, move.",
        subcommands: [Migrate.self, Status.self, Backup.self, Restore.self, Check.self, Move.self]
    )

    struct Migrate: DatabaseSubcommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the database's schema to this version, with a backup before."
        )

        @OptionGroup var settings: DatabaseSettings
        @OptionGroup var options: GlobalOptions

        var request: [String] { ["migrate"] }
    }

    struct Status: DatabaseSubcommand {
        static let configuration = CommandConfiguration(abstract: "Show place, size, schema, rows and backups.")

        @OptionGroup var settings: DatabaseSettings
        @OptionGroup var options: GlobalOptions

        var request: [String] { ["status"] }
    }

    struct Backup: DatabaseSubcommand {
        static let configuration = CommandConfiguration(abstract: "Take a backup, also while the station runs.")

        @Argument(help: ArgumentHelp("Where to; otherwise among the nightly ones.", valueName: "file"))
        var file: String?

        @Flag(help: "Take none, but restore this one into a place of its own and compare.")
        var verify = false

        @Flag(help: "Also remove nightly backups that are too old.")
        var prune = false

        @OptionGroup var settings: DatabaseSettings
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if verify, file == nil { throw ValidationError("--verify wants the file of a backup") }
            if prune, file != nil { throw ValidationError("--prune goes with nightly backups, not with a file") }
        }

        var request: [String] {
            ["backup"] + (verify ? ["--verify"] : []) + (prune ? ["--prune"] : []) + DatabaseSettings.operand(file)
        }
    }

    struct Restore: DatabaseSubcommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a backup in the place of the database; the station must not run."
        )

        @Argument(help: ArgumentHelp("The backup; its manifest lies beside it.", valueName: "file"))
        var file: String

        @Flag(help: "Also where there is a database; it is kept under another name, or as a backup.")
        var replace = false

        @OptionGroup var settings: DatabaseSettings
        @OptionGroup var options: GlobalOptions

        var request: [String] {
            ["restore"] + (replace ? ["--replace"] : []) + DatabaseSettings.operand(file)
        }
    }

    struct Check: DatabaseSubcommand {
        static let configuration = CommandConfiguration(abstract: "Look whether what is stored fits together.")

        @Flag(help: "Mend what can be counted anew.")
        var repair = false

        @OptionGroup var settings: DatabaseSettings
        @OptionGroup var options: GlobalOptions

        var request: [String] { ["check"] + (repair ? ["--repair"] : []) }
    }

    struct Move: DatabaseSubcommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the SQLite database into the empty PostgreSQL one of store.postgres, and compare."
        )

        @OptionGroup var settings: DatabaseSettings
        @OptionGroup var options: GlobalOptions

        var request: [String] { ["move"] }
    }
}

/// Where the daemon's configuration is, for commands that read it without the daemon.
struct DatabaseSettings: ParsableArguments {
    @Option(help: ArgumentHelp("Read this file instead of the usual one.", valueName: "file"))
    var config: String?

    /// A file as the daemon's command line takes it, also when its name looks like an option.
    static func operand(_ file: String?) -> [String] {
        guard let file else { return [] }
        return [file.hasPrefix("-") ? "./\(file)" : file]
    }
}

/// A command that the daemon's program carries out in this one's place.
protocol DatabaseSubcommand: OperatorCommand {
    var settings: DatabaseSettings { get }
    var options: GlobalOptions { get }
    /// What follows `cryptocalld db`.
    var request: [String] { get }
}

extension DatabaseSubcommand {
    /// The daemon's whole command line.
    var daemonArguments: [String] {
        var arguments = ["db"] + request
        if let home = options.home { arguments += ["--home", home] }
        if let config = settings.config { arguments += ["--config", config] }
        if options.json { arguments.append("--json") }
        return arguments
    }

    func perform() async throws {
        throw SiblingProgram.become(try SiblingProgram.path("cryptocalld"), daemonArguments)
    }
}
