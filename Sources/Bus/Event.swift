/// Something that happened, told to whoever wants to know.
///
/// A type conforms to one of `StateEvent`, `DataEvent` and `DurableEvent`, which says what a slow subscriber may lose.
public protocol Event: Codable, Sendable {
    /// The frozen type name.
    static var topic: Topic { get }
    /// The shape's version; 1 unless a released shape had to change.
    static var version: UInt16 { get }
    /// What may be lost.
    ///
    /// Comes from the protocol that the type conforms to.
    static var delivery: Delivery { get }
    /// Which of the topic's subjects this one is about.
    var subject: Subject? { get }
}

extension Event {
    public static var version: UInt16 { 1 }
    public var subject: Subject? { nil }
}

/// What a subscriber that cannot keep up may lose.
public enum Delivery: UInt8, Sendable, Codable, CaseIterable {
    /// Only the newest per subject matters; older ones may be skipped silently.
    case state
    /// Each one matters a little: the oldest are dropped when a mailbox is full, counted, and marked by a gap.
    case data
    /// None may be lost: kept in the event log, delivered at least once, in the order of their offsets.
    case durable

    public var name: String {
        switch self {
        case .state: "state"
        case .data: "data"
        case .durable: "durable"
        }
    }

    public init?(name: some StringProtocol) {
        guard let match = Delivery.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

/// An event that the bus itself publishes: it is not kept in the log.
public protocol TransientEvent: Event {}

/// The latest value of something: prices, status.
public protocol StateEvent: TransientEvent {}

extension StateEvent {
    public static var delivery: Delivery { .state }
}

/// One of a stream: ticks, measurements, progress.
public protocol DataEvent: TransientEvent {}

extension DataEvent {
    public static var delivery: Delivery { .data }
}

/// A fact that must not be lost: votes, money, calls, control.
///
/// Published by the store, in the transaction that changed the state.
public protocol DurableEvent: Event {}

extension DurableEvent {
    public static var delivery: Delivery { .durable }
}
