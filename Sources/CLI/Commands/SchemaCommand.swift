import ArgumentParser
import BusZeroMQ
import Glibc
import JSON

/// `schema`: the published contract.
struct SchemaCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the contract of the events: AsyncAPI 3, and a JSON Schema per event."
    )

    @Option(help: ArgumentHelp("Write asyncapi.json and one file per event there.", valueName: "folder"))
    var output: String?

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        let value = try await Session(options).call("schema.get")
        guard let document = value["asyncapi"], let schemas = value["schemas"]?.object else {
            throw CommandFailure(.protocolViolation, "schema.get: the result has no asyncapi and schemas")
        }
        guard let output else {
            Output.json(options.json ? value : document)
            return
        }
        guard mkdir(output, 0o755) == 0 || errno == EEXIST else {
            throw CommandFailure(.cannotCreate, "cannot make \(output): \(String(cString: strerror(errno)))")
        }
        try SchemaCommand.write(document, to: "\(output)/asyncapi.json")
        for (type, schema) in schemas.sorted(by: { $0.key < $1.key }) {
            try SchemaCommand.write(schema, to: "\(output)/\(try SchemaCommand.fileName(of: type))")
        }
        if options.json {
            Output.json(["folder": .string(output), "files": .int(Int64(schemas.count + 1))])
        } else {
            Output.standard("\(schemas.count + 1) files in \(Terminal.plain(output))\n")
        }
    }

    /// A type's name as a file name; the name comes from outside, so it may not lead anywhere else.
    static func fileName(of type: String) throws(CommandFailure) -> String {
        let isGood = type.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        guard isGood, !type.isEmpty, !type.hasPrefix(".") else {
            throw CommandFailure(.protocolViolation, "schema.get: '\(type)' is no event type")
        }
        return "\(type).schema.json"
    }

    private static func write(_ value: JSONValue, to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotCreate, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard Output.write(value.bytes + [UInt8(ascii: "\n")], to: descriptor) else {
            throw CommandFailure(.io, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }
}
