internal import BusZeroMQ
import JSON

/// Why a request or a stream failed.
public struct ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Nobody answers at the address.
        case unavailable
        /// Sent, and no answer came in time: whether it took effect is not known.
        case timedOut
        /// The station answered with an error; `refusal` has its code and data.
        case refused
        /// An answer or event that this library does not understand.
        case protocolViolation
        /// An address or key that cannot be used.
        case badSetting
        /// The client has been closed.
        case closed
    }

    public let code: Code
    public let message: String
    public let refusal: Refusal?

    public init(_ code: Code, _ message: String, refusal: Refusal? = nil) {
        self.code = code
        self.message = message
        self.refusal = refusal
    }

    public var description: String { message }

    init(_ error: ZeroMQError, address: String) {
        let code: Code =
            switch error.code {
            case .badAddress, .badSetting, .addressInUse: .badSetting
            case .timedOut: .timedOut
            case .closed: .closed
            case .system, .busy: .unavailable
            }
        self.init(code, "\(address): \(error.detail)")
    }
}

/// The error of a JSON-RPC answer.
public struct Refusal: Hashable, Sendable {
    public let code: Int
    public let message: String
    /// The parameter that is wrong.
    public let field: String?
    /// The role that is needed.
    public let role: String?
    public let reason: String?
    /// The oldest position that the event log still has.
    public let oldest: UInt64?
    /// What is wrong with a configuration, one text each.
    public let problems: [String]

    public static let unknownMethod = -32601
    public static let badParameters = -32602
    public static let notPermitted = -32001
    public static let busy = -32002
    public static let notFound = -32003
    public static let refused = -32004
    public static let unavailable = -32005
    public static let agedOut = -32006

    init(_ error: JSONValue) {
        code = Int(error["code"]?.int ?? 0)
        message = error["message"]?.string ?? "failed"
        let data = error["data"]
        field = data?["field"]?.string
        role = data?["role"]?.string
        reason = data?["reason"]?.string
        oldest = data?["oldest"]?.int.flatMap(UInt64.init(exactly:))
        problems = data?["problems"]?.array?.compactMap(\.string) ?? []
    }
}
