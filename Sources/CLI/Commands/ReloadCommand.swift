import ArgumentParser
import BusZeroMQ
import CryptoCallClient

/// `reload`: reads the configuration again.
struct ReloadCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Read the configuration again; with a mistake in it the old one stays and the exit code is 78."
    )

    @Flag(help: "Afterwards wait until the station is as well as it was before, as long as --timeout allows.")
    var wait = false

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        let session = try Session(options)
        let deadline = ContinuousClock.now + .seconds(options.timeout)
        let before = wait ? try await status(session).state : "ok"
        let value = try await session.call("config.reload")
        let result = try Session.decode(Reloaded.self, from: value, of: "config.reload")
        if wait { try await waitUntilWell(session, orAs: before, until: deadline) }
        if options.json {
            Output.json(value)
        } else {
            Output.standard(ReloadCommand.lines(result).map { $0 + "\n" }.joined())
        }
    }

    static func lines(_ result: Reloaded) -> [String] {
        if result.changed.isEmpty, result.needRestart.isEmpty { return ["nothing has changed"] }
        let changed = result.changed.map { "changed        \(Terminal.plain($0))" }
        return changed + result.needRestart.map { "needs restart  \(Terminal.plain($0))" }
    }

    private func status(_ session: Session) async throws -> Status {
        try Session.decode(Status.self, from: try await session.call("system.status"), of: "system.status")
    }

    private func waitUntilWell(_ session: Session, orAs before: String, until deadline: ContinuousClock.Instant)
        async throws
    {
        while true {
            let status = try await status(session)
            if status.state == "ok" || status.state == before { return }
            guard ContinuousClock.now < deadline else {
                let why = status.reasons.joined(separator: "; ")
                throw CommandFailure(
                    .timedOut,
                    "the new settings are in force, but the station is \(status.state): \(why)"
                )
            }
            // The station is asked until it says so, or the time is up.
            try await ContinuousClock().sleep(for: .milliseconds(200))
        }
    }
}
