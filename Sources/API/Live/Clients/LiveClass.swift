import Bus

/// What a client that cannot keep up may lose.
enum LiveClass: Hashable, Sendable {
    /// What the station tells this client about itself; small and rare.
    case notice
    /// Only the newest of each full topic matters.
    case state(FullTopic)
    case data
    /// With its offset in the event log, from which it can be had again.
    case durable(UInt64)
}

/// How many messages a client has lost, by class.
package struct LiveLosses: Codable, Hashable, Sendable {
    /// Older values of something that has a newer one, and those that found no room.
    package var state = 0
    package var data = 0
    /// Events of any class that the station lost before it knew whom they concern; the durable ones follow from the log.
    package var missed = 0

    package init() {}

    var isEmpty: Bool { state == 0 && data == 0 && missed == 0 }

    static func += (left: inout LiveLosses, right: LiveLosses) {
        left.state += right.state
        left.data += right.data
        left.missed += right.missed
    }
}
