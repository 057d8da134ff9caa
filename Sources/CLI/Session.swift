import BusZeroMQ
import CryptoCallClient
import FoundationEssentials
import JSON

/// One command's conversation with the station.
struct Session {
    let client: Client
    let options: GlobalOptions
    let terminal: Terminal

    /// - Throws: `CommandFailure` when the address or a key cannot be used.
    init(_ options: GlobalOptions) throws(CommandFailure) {
        client = try options.connect()
        self.options = options
        terminal = Terminal.standard()
    }

    /// Calls a method.
    ///
    /// - Throws: `CommandFailure`.
    func call(
        _ method: String,
        _ params: [String: JSONValue] = [:],
        timeout: Double? = nil,
        onProgress: (@Sendable (String) -> Void)? = nil
    ) async throws(CommandFailure) -> JSONValue {
        do {
            let limit = Duration.seconds(timeout ?? options.timeout)
            return try await client.call(method, params, timeout: limit, onProgress: onProgress)
        } catch let error as ClientError {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure(.software, "\(method): \(error)")
        }
    }

    /// Calls a method and prints its result: as it came with `--json`, otherwise as `render` shows it.
    ///
    /// - Throws: `CommandFailure`.
    func show<Result: Decodable>(
        _ method: String,
        _ params: [String: JSONValue] = [:],
        timeout: Double? = nil,
        as type: Result.Type,
        _ render: (Result, Terminal) -> [String]
    ) async throws(CommandFailure) {
        let value = try await call(method, params, timeout: timeout)
        if options.json {
            Output.json(value)
        } else {
            let lines = render(try Session.decode(type, from: value, of: method), terminal)
            Output.standard(lines.map { $0 + "\n" }.joined())
        }
    }

    /// - Throws: `CommandFailure` with `.protocolViolation` when the result has another shape.
    static func decode<Result: Decodable>(
        _ type: Result.Type,
        from value: JSONValue,
        of method: String
    ) throws(CommandFailure) -> Result {
        do {
            return try JSONDecoder().decode(type, from: Data(value.bytes))
        } catch {
            throw CommandFailure(ClientError(.protocolViolation, "\(method): unexpected result: \(error)"))
        }
    }
}
