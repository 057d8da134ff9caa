import CryptoCallClient

/// The exit codes of sysexits(3) that this program uses.
enum Sysexit: Int32 {
    case unrepairedLoss = 1
    case usage = 64
    case badData = 65
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case io = 74
    case timedOut = 75
    case protocolViolation = 76
    case notPermitted = 77
    case badConfiguration = 78
}

/// Why a command ends early: one text that says what to do next, and an exit code.
struct CommandFailure: Error, Hashable {
    let status: Sysexit
    let message: String

    init(_ status: Sysexit, _ message: String) {
        self.status = status
        self.message = Terminal.plain(message, keepingLines: true)
    }

    /// Puts what went wrong in the words of somebody who operates a station.
    init(_ error: ClientError) {
        switch error.code {
        case .unavailable where error.message.hasSuffix("does not know this key"):
            self.init(.notPermitted, "\(error.message): ask for your public key to be added to the station's clients")
        case .unavailable:
            self.init(.unavailable, "\(error.message): \(CommandFailure.startIt)")
        case .timedOut:
            self.init(.timedOut, "\(error.message): whether it took effect is not known; --timeout waits longer")
        case .closed: self.init(.unavailable, "the connection was closed")
        case .protocolViolation:
            self.init(.protocolViolation, "\(error.message): do this program and the daemon have the same version?")
        case .badSetting: self.init(.usage, error.message)
        case .refused: self = error.refusal.map(CommandFailure.init) ?? CommandFailure(.software, error.message)
        }
    }

    static let startIt = "is cryptocalld running? start it with `systemctl start cryptocalld` or `make run`"

    private init(_ refusal: Refusal) {
        let text = refusal.message
        switch refusal.code {
        case Refusal.notPermitted: self.init(.notPermitted, text)
        case Refusal.unknownMethod:
            self.init(.protocolViolation, "\(text): the daemon is older or newer than this program")
        case Refusal.badParameters, Refusal.notFound, Refusal.agedOut: self.init(.badData, text)
        case Refusal.busy: self.init(.timedOut, text)
        case Refusal.refused where !refusal.problems.isEmpty:
            self.init(.badConfiguration, ([text] + refusal.problems).joined(separator: "\n  "))
        case Refusal.refused, Refusal.unavailable: self.init(.unavailable, text)
        default: self.init(.software, text)
        }
    }
}
