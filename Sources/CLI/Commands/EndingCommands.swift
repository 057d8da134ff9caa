import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `drain`: lets the station finish what it has begun.
struct DrainCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Stop taking in work and wait until what is under way is done."
    )

    @Option(help: "How long the station may take, in seconds.")
    var seconds: Double = 20

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (0...600).contains(seconds) else { throw ValidationError("--seconds is between 0 and 600") }
    }

    func perform() async throws {
        let session = try Session(options)
        let params: [String: JSONValue] = ["seconds": .int(Int64(seconds.rounded(.up)))]
        let limit = seconds + options.timeout
        try await session.show("system.drain", params, timeout: limit, as: Drained.self) { drained, _ in
            let time = drained.seconds.map { " after \(Figures.duration($0))" } ?? ""
            return [drained.drained ? "drained\(time)" : "not drained\(time)"]
        }
    }
}

/// `shutdown`: ends the station.
struct ShutdownCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "shutdown",
        abstract: "End the station in order, as on SIGTERM. systemd does not start it again."
    )

    @OptionGroup var options: GlobalOptions

    private struct Acknowledged: Decodable {}

    func perform() async throws {
        try await Session(options).show("system.shutdown", as: Acknowledged.self) { _, _ in ["the station is ending"] }
    }
}
