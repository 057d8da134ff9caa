import ArgumentParser
import Domain
import Glibc

/// `cryptocalld`: the command line of the daemon.
@main
struct CryptoCallDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cryptocalld",
        abstract: "CryptoCall FM: a market station that runs around the clock.",
        discussion: """
            Settings come from /etc/cryptocall/cryptocall.toml and conf.d/*.toml beside it, then from the environment \
            (CRYPTOCALL_SECTION_KEY), then from the options here. With --home everything lies below one folder, and no \
            root is needed.
            """,
        version: Version.current,
        subcommands: [DatabaseCommand.self]
    )

    @OptionGroup var options: ConfigOptions

    @OptionGroup(title: "Checking the configuration") var checking: ConfigCheckOptions

    mutating func run() async throws {
        let request = options.request()
        if let check = checking.check(request) {
            let outcome = check.run()
            print(outcome.text, terminator: "")
            throw ArgumentParser.ExitCode(outcome.exitCode)
        }
        let code = await Daemon.run(request)
        // Not `exit`: threads that wait in system calls must not meet half-destroyed globals.
        fflush(nil)
        _exit(code.rawValue)
    }
}
