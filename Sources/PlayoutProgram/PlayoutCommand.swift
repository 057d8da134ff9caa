import ArgumentParser
import Glibc
import Playout
import Telemetry
import Threading

/// `cryptocall-playout`: the process that listeners hear.
@main
struct PlayoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cryptocall-playout",
        abstract: "Plays CryptoCall FM: items from its queue, and a bed with station ident when there are none.",
        discussion: """
            The daemon speaks to it over playout.sock in the runtime folder. It goes on without the daemon, and after a \
            crash where it was. SIGTERM ends it within two seconds. Exit codes: 64 usage, 69 another playout uses the \
            state, 71 the system refuses something, 73 a folder or file cannot be made.
            """
    )

    @OptionGroup var folders: FolderOptions

    @Option(help: ArgumentHelp("How much is logged: trace, debug, info, notice, warning, error, critical."))
    var logLevel = "info"

    @Option(help: ArgumentHelp("Write the programme into this WAV file, too.", valueName: "file"))
    var capture: String?

    @Option(
        help: ArgumentHelp(
            "Send a picture, too, that this program draws, such as cryptocall-render.",
            valueName: "program"
        )
    )
    var picture: String?

    func run() throws {
        let started = ContinuousClock.now
        let run = PlayoutRun(folders: folders.folders(), logLevel: logLevel, capture: capture, picture: picture)
        let code = run.run(started: started)
        fflush(nil)
        // Not `exit`: threads that wait in system calls must not meet half-destroyed globals.
        _exit(code.rawValue)
    }
}
