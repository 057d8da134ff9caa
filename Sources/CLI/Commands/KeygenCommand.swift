import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `keygen`: makes a CURVE key pair.
struct KeygenCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a CURVE key pair for connections on TCP.",
        discussion: "The public key goes into the station's list of clients; the file stays with you, for --key-file."
    )

    @Option(help: ArgumentHelp("Write the pair to a new file that only you can read.", valueName: "file"))
    var output: String?

    @Flag(help: "Print JSON.")
    var json = false

    func perform() async throws {
        let pair: NewKeyPair
        do {
            pair = try NewKeyPair.generate()
        } catch {
            throw CommandFailure(error)
        }
        if let output { try KeyFile.write(pair, to: output) }
        if json {
            var members: [String: JSONValue] = ["public": .string(pair.publicKey)]
            if let output { members["file"] = .string(output) } else { members["secret"] = .string(pair.secretKey) }
            Output.json(.object(members))
        } else if output != nil {
            Output.standard("\(pair.publicKey)\n")
        } else {
            Output.standard(KeyFile.text(of: pair))
        }
    }
}
