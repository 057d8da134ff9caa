internal import BusZeroMQ
import Glibc

/// Where a station listens.
public struct StationPlace: Hashable, Sendable {
    /// The address of the control endpoint, such as `ipc:///run/cryptocall/control.sock`.
    public var control: String
    /// The address of the events endpoint.
    public var events: String

    public init(control: String, events: String) {
        self.control = control
        self.events = events
    }

    /// The endpoints in the runtime folder: `DIR/run` with a home, `/run/cryptocall` without.
    ///
    /// - Parameter home: the folder given to the daemon as `--home`.
    public init(home: String?) {
        let run = home.map { "\(StationPlace.absolute($0))/run" } ?? "/run/cryptocall"
        self.init(control: "ipc://\(run)/control.sock", events: "ipc://\(run)/events.sock")
    }

    /// Finds the station: the home given, else `$CRYPTOCALL_HOME`, else `/run/cryptocall`; explicit addresses win.
    ///
    /// - Throws: `ClientError` with `.badSetting` when a socket's path is too long for the system.
    public static func find(
        home: String? = nil,
        control: String? = nil,
        events: String? = nil
    ) throws(ClientError) -> StationPlace {
        let fromEnvironment = getenv("CRYPTOCALL_HOME").map { String(cString: $0) }
        var place = StationPlace(home: home ?? fromEnvironment.flatMap { $0.isEmpty ? nil : $0 })
        if let control { place.control = control }
        if let events { place.events = events }
        for address in [place.control, place.events] where address.hasPrefix("ipc://") {
            guard address.utf8.count - 6 <= 107 else {
                throw ClientError(.badSetting, "\(address): a socket's path has at most 107 bytes; use a shorter home")
            }
        }
        return place
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return path == "." ? String(cString: current) : "\(String(cString: current))/\(path)"
    }
}

/// The keys for a station that listens on TCP: 40 characters of Z85 each.
public struct StationKeys: Sendable {
    let curve: ClientCurve

    /// - Parameters:
    ///   - server: the station's public key.
    ///   - secret: the caller's own secret key.
    /// - Throws: `ClientError` with `.badSetting` when one is not a key.
    public init(server: String, secret: String) throws(ClientError) {
        do {
            curve = try ClientCurve(serverPublicKey: server, client: CurveKeyPair(secretKey: secret))
        } catch {
            throw ClientError(.badSetting, error.detail)
        }
    }
}

/// A new CURVE key pair: 40 characters of Z85 each.
public struct NewKeyPair: Hashable, Sendable {
    /// What the station is told, in its list of clients.
    public let publicKey: String
    /// What the client keeps to itself.
    public let secretKey: String

    /// Makes a pair from the system's random numbers.
    ///
    /// - Throws: `ClientError` with `.badSetting` when the ZeroMQ library was built without CURVE.
    public static func generate() throws(ClientError) -> NewKeyPair {
        do {
            let pair = try CurveKeyPair.generate()
            return NewKeyPair(publicKey: pair.publicKey, secretKey: pair.secretKey)
        } catch {
            throw ClientError(.badSetting, error.detail)
        }
    }
}
