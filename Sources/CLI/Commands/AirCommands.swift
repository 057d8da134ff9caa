import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `mute`: the emergency stop.
struct MuteCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "mute",
        abstract: "Emergency stop: silence the output and hold all spending."
    )

    @OptionGroup var request: SwitchRequest

    func perform() async throws { try await perform(request, "air.mute") }
}

/// `unmute`: ends the emergency stop.
struct UnmuteCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmute",
        abstract: "End the emergency stop."
    )

    @OptionGroup var request: SwitchRequest

    func perform() async throws { try await perform(request, "air.unmute") }
}

/// What commands that stop something, or let it go on, ask for.
struct SwitchRequest: ParsableArguments {
    @Option(help: "Why; goes into the audit log.")
    var reason: String?

    @OptionGroup var options: GlobalOptions

    var params: [String: JSONValue] { reason.map { ["reason": .string($0)] } ?? [:] }
}

extension OperatorCommand {
    fileprivate func perform(_ request: SwitchRequest, _ method: String) async throws {
        try await Session(request.options).show(method, request.params, as: Muting.self) { muting, terminal in
            [muting.muted ? terminal.styled("muted", .yellow) : "on air"]
        }
    }
}
