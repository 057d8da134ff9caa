import ArgumentParser
import Bus
import BusZeroMQ
import Glibc
import JSON
import Store
import StorePostgres

/// `cryptocalld db`: looks after the database, without a running station; `cryptocallctl db` runs it.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look after the database: migrate, status, backup, restore, check, move.",
        subcommands: [Migrate.self, Status.self, Backup.self, Restore.self, Check.self, Move.self]
    )

    struct Migrate: DatabaseSubcommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the schema to this version, with a backup before; makes a database that is not there."
        )

        @OptionGroup var options: DatabaseOptions

        func perform(_ context: DatabaseContext) async throws -> DatabaseReport {
            func state() async throws -> SchemaState? {
                let place = context.place
                guard place.exists else { return nil }
                return try await offPool { Result { try SchemaState(try place.connect()) } }.get()
            }
            let before = try await state()
            try await context.migrate()
            let after = try await state()
            let applied = (after?.applied ?? []).filter { !(before?.applied ?? []).contains($0) }
            return DatabaseReport(
                lines: applied.isEmpty ? ["nothing to do"] : applied.map { "applied \($0)" },
                json: [
                    "ok": true, "applied": .array(applied.map { .string($0) }),
                    "schema": .string(after?.version ?? "none"),
                ]
            )
        }
    }

    struct Status: DatabaseSubcommand {
        static let configuration = CommandConfiguration(abstract: "What is there: place, size, schema, rows, backups.")

        @OptionGroup var options: DatabaseOptions

        func perform(_ context: DatabaseContext) async throws -> DatabaseReport {
            let status = DatabaseStatus(place: context.place, backupFolder: context.backupFolder)
            return try await offPool { Result { try status.report() } }.get()
        }
    }

    struct Backup: DatabaseSubcommand {
        static let configuration = CommandConfiguration(abstract: "Take a backup, also while the station runs.")

        @Argument(help: ArgumentHelp("Where to; otherwise among the nightly ones.", valueName: "file"))
        var file: String?

        @Flag(help: "Take none, but restore this one into a place of its own and compare.")
        var verify = false

        @Flag(help: "Also remove nightly backups that are too old.")
        var prune = false

        @OptionGroup var options: DatabaseOptions

        func validate() throws {
            if verify, file == nil { throw ValidationError("--verify wants the file of a backup") }
            if prune, file != nil { throw ValidationError("--prune goes with nightly backups, not with a file") }
        }

        func perform(_ context: DatabaseContext) async throws -> DatabaseReport {
            let place = context.place
            guard let file = file.map({ DirectoryLayout.absolute($0, below: options.workingDirectory) }) else {
                return try await nightly(context)
            }
            if verify {
                let trial = BackupTrial(
                    place: place,
                    cacheFolder: context.config.layout.cacheDirectory,
                    now: { .now },
                    onProgress: { context.tell($0) }
                )
                return try await offPool { Result { try trial.report(of: file) } }.get()
            }
            return report(file, try await take(context, to: file), removed: [])
        }

        private func nightly(_ context: DatabaseContext) async throws -> DatabaseReport {
            if prune {
                let done = try await BackupKeeper(context.place, context.config).backUpAndPrune()
                return report(done.path, done.manifest, removed: done.removed)
            }
            let file = "\(context.backupFolder)/\(BackupName(context.place.engine, at: .now).text)"
            return report(file, try await take(context, to: file), removed: [])
        }

        private func take(_ context: DatabaseContext, to file: String) async throws -> BackupManifest {
            let backup = DatabaseBackup(context.place, onProgress: { context.tell($0) })
            return try await offPool { Result { try backup.take(to: file) } }.get()
        }

        private func report(_ file: String, _ manifest: BackupManifest, removed: [String]) -> DatabaseReport {
            let rows = manifest.counts.values.reduce(0, +)
            return DatabaseReport(
                lines: ["\(file): \(manifest.sizeBytes) bytes, \(rows) rows, checked"]
                    + removed.map { "removed \($0)" },
                json: [
                    "ok": true, "path": .string(file), "manifest": manifest.json,
                    "removed": .array(removed.map { .string($0) }),
                ]
            )
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

        @OptionGroup var options: DatabaseOptions

        func perform(_ context: DatabaseContext) async throws -> DatabaseReport {
            if case .sqlite = context.place { try StationFolders(context.config.layout).make() }
            let restore = DatabaseRestore(
                place: context.place,
                backupFolder: context.backupFolder,
                replaces: replace,
                now: { .now },
                onProgress: { context.tell($0) }
            )
            let path = DirectoryLayout.absolute(file, below: options.workingDirectory)
            let outcome = try await offPool { Result { try restore.restore(from: path) } }.get()
            try await context.migrate()
            let rows = outcome.manifest.counts.values.reduce(0, +)
            return DatabaseReport(
                lines: ["\(context.place.text): \(rows) rows restored, as of \(outcome.manifest.takenAt)"]
                    + (outcome.kept.map { ["what was there is in \($0)"] } ?? []),
                json: [
                    "ok": true, "place": .string(context.place.text), "manifest": outcome.manifest.json,
                    "kept": outcome.kept.map { .string($0) } ?? .null,
                ]
            )
        }
    }

    struct Check: DatabaseSubcommand {
        static let configuration = CommandConfiguration(abstract: "Look whether what is stored fits together.")

        @Flag(help: "Mend what can be counted anew.")
        var repair = false

        @OptionGroup var options: DatabaseOptions

        func perform(_ context: DatabaseContext) async throws -> DatabaseReport {
            let check = DatabaseCheck(place: context.place, repairs: repair, onProgress: { context.tell($0) })
            return try await offPool { Result { try check.report() } }.get()
        }
    }

    struct Move: DatabaseSubcommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the SQLite database into the empty PostgreSQL one of store.postgres, and compare."
        )

        @OptionGroup var options: DatabaseOptions

        func perform(_ context: DatabaseContext) async throws -> DatabaseReport {
            let settings = context.config.configuration.store
            let layout = context.config.layout
            let target = try PostgresConfig(settings, layout: layout, environment: context.environment)
            try await context.migrate(.postgres(target))
            let move = DatabaseMove(
                source: SQLiteConfig(settings, layout: layout),
                target: target,
                onProgress: { context.tell($0) }
            )
            return try await offPool { Result { try move.report() } }.get()
        }
    }
}

/// The options of every database command.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var config: ConfigOptions

    @Flag(help: "Print JSON.")
    var json = false

    var workingDirectory: String { config.request().workingDirectory }
}

/// A command that reports, and ends with an exit code of sysexits when it cannot.
protocol DatabaseSubcommand: AsyncParsableCommand {
    var options: DatabaseOptions { get }
    func perform(_ context: DatabaseContext) async throws -> DatabaseReport
}

extension DatabaseSubcommand {
    func run() async throws {
        let code: ExitCode
        do {
            let report = try await perform(try DatabaseContext(options.config.request()))
            print(options.json ? "\(report.json)" : report.lines.joined(separator: "\n"))
            code = report.exitCode
        } catch {
            let failure = DatabaseFailure(error)
            for line in failure.text.split(whereSeparator: \.isNewline) { complain("cryptocalld: \(line)\n") }
            if options.json {
                let json: JSONValue = [
                    "ok": false, "error": .string(failure.text), "exitCode": .int(Int64(failure.code.rawValue)),
                ]
                print("\(json)")
            }
            code = failure.code
        }
        throw ArgumentParser.ExitCode(code.rawValue)
    }

    private func complain(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
