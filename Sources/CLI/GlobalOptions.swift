import ArgumentParser
import CryptoCallClient

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The station's folder, as given to cryptocalld.", valueName: "folder"))
    var home: String?

    @Option(help: ArgumentHelp("The address of the control endpoint.", valueName: "address"))
    var control: String?

    @Option(help: ArgumentHelp("The address of the events endpoint.", valueName: "address"))
    var events: String?

    @Option(help: ArgumentHelp("How long to wait for an answer.", valueName: "seconds"))
    var timeout: Double = 5

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: ArgumentHelp("The station's public CURVE key, for addresses on TCP.", valueName: "key"))
    var serverKey: String?

    @Option(help: ArgumentHelp("The file with your CURVE key pair, made by keygen.", valueName: "file"))
    var keyFile: String?

    mutating func validate() throws {
        guard timeout > 0, timeout <= 3600 else { throw ValidationError("--timeout is between 0 and 3600 seconds") }
        guard (serverKey == nil) == (keyFile == nil) else {
            throw ValidationError("--server-key and --key-file belong together")
        }
    }

    /// Where the station is.
    func place() throws(CommandFailure) -> StationPlace {
        do {
            return try StationPlace.find(home: home, control: control, events: events)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// A client that has looked whether somebody can be there at all.
    func connect() throws(CommandFailure) -> Client {
        let place = try place()
        try SocketFile.check(place.control)
        do {
            let keys: StationKeys? =
                if let serverKey, let keyFile {
                    try StationKeys(server: serverKey, secret: try KeyFile.secret(in: keyFile))
                } else {
                    nil
                }
            return try Client(place, keys: keys, timeout: .seconds(timeout))
        } catch let error as ClientError {
            throw CommandFailure(error)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.software, "\(error)")
        }
    }
}
