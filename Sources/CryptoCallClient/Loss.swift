/// Events that were published and will not be handed out.
public struct Loss: Hashable, Sendable, CustomStringConvertible {
    /// Why they cannot be had.
    public enum Reason: Hashable, Sendable, CustomStringConvertible {
        /// Data events that did not arrive.
        case missed
        /// Durable events that the event log no longer holds.
        case agedOut
        /// Durable events that the event log does not hold.
        case notInLog
        /// The event log could not be asked, and why.
        case unrepaired(String)

        public var description: String {
            switch self {
            case .missed: "missed"
            case .agedOut: "aged out"
            case .notInLog: "not in the log"
            case .unrepaired(let why): "unrepaired: \(why)"
            }
        }
    }

    /// The full topic; the subscription's prefix where the single topics are not known.
    public let topic: String
    /// How many; at most that many when not `isExact`.
    public let count: UInt64
    /// `data` or `durable`.
    public let delivery: Event.Delivery
    public let reason: Reason
    public let epoch: String
    public let isExact: Bool

    public var description: String {
        "lost \(isExact ? "" : "at most ")\(count) \(delivery.rawValue) events of \(topic): \(reason)"
    }
}
