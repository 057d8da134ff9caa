import ArgumentParser
import CryptoCallClient

/// `status`: the station on one page.
struct StatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the station is.",
        discussion: "Ends with 0 also when the station is degraded; --strict makes that 69."
    )

    @OptionGroup var options: GlobalOptions

    @Flag(help: "End with 69 unless the state is ok.")
    var strict = false

    func perform() async throws {
        let session = try Session(options)
        let value = try await session.call("system.status")
        let status = try Session.decode(Status.self, from: value, of: "system.status")
        if options.json {
            Output.json(value)
        } else {
            Output.standard(StatusPage.lines(status, session.terminal).map { $0 + "\n" }.joined())
        }
        if strict, status.state != "ok" {
            throw CommandFailure(
                .unavailable,
                "the station is \(status.state): \(status.reasons.joined(separator: "; "))"
            )
        }
    }
}
