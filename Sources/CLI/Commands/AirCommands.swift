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

    @OptionGroup var request: MutingRequest

    func perform() async throws { try await request.perform("air.mute") }
}

/// `unmute`: ends the emergency stop.
struct UnmuteCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmute",
        abstract: "End the emergency stop."
    )

    @OptionGroup var request: MutingRequest

    func perform() async throws { try await request.perform("air.unmute") }
}

/// What both ask for.
struct MutingRequest: ParsableArguments {
    @Option(help: "Why; goes into the audit log.")
    var reason: String?

    @OptionGroup var options: GlobalOptions

    func perform(_ method: String) async throws {
        let params: [String: JSONValue] = reason.map { ["reason": .string($0)] } ?? [:]
        try await Session(options).show(method, params, as: Muting.self) { muting, terminal in
            [muting.muted ? terminal.styled("muted", .yellow) : "on air"]
        }
    }
}
