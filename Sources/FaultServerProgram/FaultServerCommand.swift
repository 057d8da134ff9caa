import ArgumentParser
import FaultServer

/// `cryptocall-faultserver`: pretends to be a provider of models, and misbehaves as its script says.
@main
struct FaultServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cryptocall-faultserver",
        abstract: "Pretends to be a provider of models (OpenAI chat, Anthropic messages), faults included.",
        discussion: """
            Prints one line, "listening on HOST:PORT", when it accepts connections, and ends on SIGTERM or SIGINT. \
            Docs/faultserver.md describes the script. Exit codes: 64 usage, 69 the address cannot be bound, 78 the \
            script is wrong.
            """
    )

    @Option(help: "The port to listen at; 0 for any.")
    var port = 0

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(help: "The file with the script.")
    var script: String

    @Option(help: "How many threads serve connections.")
    var threads = 1

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is no port") }
        guard (1...64).contains(threads) else { throw ValidationError("--threads is not between 1 and 64") }
    }

    func run() async throws {
        let signals = try StopSignals()
        let server = try makeServer()
        let running = try await start(server)
        Output.line("listening on \(running.host.contains(":") ? "[\(running.host)]" : running.host):\(running.port)")
        await signals.next()
        await running.stop()
    }

    private func makeServer() throws -> FaultServer {
        do throws(ScriptError) {
            return FaultServer(script: try FaultScript(file: script), threads: threads)
        } catch {
            Output.errorLine("cryptocall-faultserver: \(error)")
            throw ExitCode(78)
        }
    }

    private func start(_ server: FaultServer) async throws -> RunningFaultServer {
        do {
            return try await server.start(host: host, port: port)
        } catch {
            Output.errorLine("cryptocall-faultserver: cannot listen at \(host):\(port): \(error)")
            throw ExitCode(69)
        }
    }
}
